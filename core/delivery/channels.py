"""The channels that the settings set up, none of them by default, and the sender over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import cast

from core.delivery.addresses import mail_address, read_endpoints, trusted
from core.delivery.mail import Mail, MailServer, Security
from core.delivery.message import ChannelName
from core.delivery.outbox import Outbox
from core.delivery.outcome import Channel
from core.delivery.post import Post
from core.delivery.retry import Backoff
from core.delivery.roster import Roster
from core.delivery.sender import Sender, utc_now
from core.delivery.signing import LEAST_KEY
from core.delivery.teams import Teams
from core.delivery.webhook import Webhook
from core.errors import SettingsError
from core.settings import Settings
from core.translation import gettext as _


def open_channels(
    settings: Settings, clock: Callable[[], dt.datetime] = utc_now
) -> dict[ChannelName, Channel]:
    """The channels by name; empty where no setting asks for one. clock: UTC, naive.

    Raises SettingsError for settings that are wrong or leave something out.
    """
    channels: dict[ChannelName, Channel] = {}
    if settings.smtp_host:
        channels["email"] = Mail(_mail_server(settings), clock)
    webhooks = read_endpoints("GEMBA_WEBHOOKS", settings.webhooks, settings.webhook_hosts)
    rooms = read_endpoints("GEMBA_TEAMS", settings.teams, settings.webhook_hosts)
    if webhooks or rooms:
        trust = trusted("GEMBA_WEBHOOK_CA", settings.webhook_ca)
        post = Post(trust, settings.delivery_timeout_s, clock)
        if webhooks:
            channels["webhook"] = Webhook(post, webhooks, _key(settings), clock)
        if rooms:
            channels["teams"] = Teams(post, rooms)
    return channels


def open_sender(
    settings: Settings, outbox: Outbox, clock: Callable[[], dt.datetime] = utc_now
) -> Sender:
    """The sender of the channels that are set up. Raises SettingsError as above."""
    backoff = Backoff(attempts=settings.delivery_attempts)
    return Sender(outbox, open_channels(settings, clock), backoff, clock=clock)


def out_of_reach(roster: Roster, channels: Mapping[ChannelName, Channel]) -> tuple[str, ...]:
    """What of a roster the settings do not bear out, a sentence each: a receiver by a channel that
    is not set up, or by a webhook or room that the settings do not name."""
    found = []
    for person in roster.people.values():
        for channel, to in person.addresses.items():
            if channel not in channels:
                found.append(
                    _("{name} has an address for {channel}, which is not set up.").format(
                        name=person.name, channel=channel
                    )
                )
            elif not channels[channel].knows(to):
                found.append(
                    _("{name}: the settings name no {to!r} for {channel}.").format(
                        name=person.name, to=to, channel=channel
                    )
                )
    return tuple(found)


def _mail_server(settings: Settings) -> MailServer:
    sender = mail_address(settings.smtp_sender)
    if sender is None:
        raise SettingsError("GEMBA_SMTP_SENDER must be an address such as gemba@plant.example.")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise SettingsError("GEMBA_SMTP_USER and GEMBA_SMTP_PASSWORD belong together: set both.")
    if settings.smtp_user and settings.smtp_security == "plain":
        raise SettingsError(
            "GEMBA_SMTP_USER: with GEMBA_SMTP_SECURITY=plain the password would be sent for anyone "
            "to read. Take starttls or tls, or leave the user out."
        )
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        cast(Security, settings.smtp_security),
        sender,
        trusted("GEMBA_SMTP_CA", settings.smtp_ca),
        settings.delivery_timeout_s,
        settings.smtp_user,
        settings.smtp_password,
    )


def _key(settings: Settings) -> str:
    if len(settings.webhook_key) < LEAST_KEY:
        raise SettingsError(
            f"GEMBA_WEBHOOK_KEY must have {LEAST_KEY} characters or more: it signs the calls of "
            "GEMBA_WEBHOOKS."
        )
    return settings.webhook_key
