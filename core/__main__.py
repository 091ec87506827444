"""The command line: `python -m core COMMAND`.

Exit status: 0 answered, asked back or empty; 1 failed; 2 usage or configuration; 3 refused.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.commands.corpus_arguments import add_corpus_arguments
from core.commands.import_arguments import add_import_arguments
from core.commands.model_arguments import add_model_arguments
from core.errors import ConfigError, GembaError, Unavailable, UserFixable
from core.settings import ROOT, Settings, load_settings
from core.translation import CODE, LANGUAGES, retold, speaking


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    _speak_utf8()
    try:
        settings = load_settings()
        return int(arguments.run(arguments, settings))
    except UserFixable as error:
        # A question that cannot be read is an answer; what ends here is a wrong argument.
        _tell(error, arguments)
        return 2
    except GembaError as error:
        _tell(error, arguments)
        return error.exit_code
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in ("core", "data"):
            raise
        print(
            f"The package {error.name!r} is not installed for {sys.executable}. Gemba's packages "
            "are in .venv, which `make setup` makes: .venv/bin/python -m core ...",
            file=sys.stderr,
        )
        return 2
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing more to say.
        with contextlib.suppress(OSError):
            sys.stdout.close()
        return 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1


def _tell(error: GembaError, arguments: argparse.Namespace) -> None:
    """What is wrong, in the language that was asked for where the command has one."""
    with speaking(getattr(arguments, "language", CODE)):
        print(retold(error), file=sys.stderr)


def _speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale; bytes that are none become `�`."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Gemba's command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="build the sample data of the models that have some")
    demo.add_argument("--days", type=int, default=None, help="only the last N days")
    demo.add_argument("--force", action="store_true", help="build it even when it is there")
    demo.add_argument("--model", default=None, help="only this model's (default: all)")
    demo.set_defaults(run=_demo)

    ask = commands.add_parser("ask", help="ask a question; `-` reads one a line")
    ask.add_argument("question", help="the question in quotes, or - for standard input")
    ask.add_argument("--as", dest="user", default=None, help="account (default: admin)")
    ask.add_argument("--session", default="", help="conversation that the question belongs to")
    ask.add_argument("--model", default=None, help="semantic model")
    ask.add_argument(
        "--language",
        default=CODE,
        choices=list(LANGUAGES),
        help="of answers, where the question is in no other one",
    )
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.set_defaults(run=_ask)

    passport = commands.add_parser("passport", help="what an answer was made from")
    passport.add_argument("id", help="the answer's id, as `ask --json` prints it")
    passport.add_argument("--rerun", action="store_true", help="run it again and compare")
    passport.add_argument("--as", dest="user", default=None, help="account (default: admin)")
    passport.add_argument("--json", action="store_true", help="one JSON object")
    passport.set_defaults(run=_passport)

    check = commands.add_parser("check-sql", help="what governance decides about SQL")
    check.add_argument("file", help="a file, or - for standard input; statements parted by ---")
    check.add_argument("--as", dest="user", default=None, help="account (default: admin)")
    check.add_argument("--model", default=None, help="semantic model")
    check.add_argument("--json", action="store_true", help="one JSON object a statement")
    check.set_defaults(run=_check_sql)

    evaluate = commands.add_parser("evaluate", help="ask golden questions and compare rows")
    evaluate.add_argument("file", type=Path, help="a JSONL file of questions")
    evaluate.add_argument("--model", default=None, help="semantic model")
    evaluate.add_argument("--json", action="store_true", help="the report as JSON")
    evaluate.set_defaults(run=_evaluate)

    model = commands.add_parser("model", help="work on semantic models")
    add_model_arguments(model)
    model.set_defaults(run=_model)

    load = commands.add_parser("import", help="load files as a table of their own")
    add_import_arguments(load)
    load.set_defaults(run=_import)

    watch = commands.add_parser("watch", help="hold thresholds against what is new")
    watch.add_argument("--once", action="store_true", help="until there is no more, then end")
    watch.add_argument(
        "--install-starter",
        action="store_true",
        help="first put the model's starter sets in force that are not there yet",
    )
    watch.add_argument("--as", dest="user", default=None, help="who installs (default: admin)")
    watch.add_argument("--json", action="store_true", help="one JSON object a run")
    watch.set_defaults(run=_watch)

    stream = commands.add_parser("stream", help="values from an OPC UA server into the store")
    stream.add_argument("--mapping", default="", help="mapping file (GEMBA_STREAM_MAPPING)")
    stream.add_argument("--once", action="store_true", help="what the server has now, then end")
    stream.add_argument("--check", action="store_true", help="read each node once, write nothing")
    stream.add_argument(
        "--save-certificate", default="", metavar="FILE",
        help="write the certificate that the server shows to a new file, to be compared",
    )  # fmt: skip
    stream.add_argument("--json", action="store_true", help="one JSON object at the end")
    stream.set_defaults(run=_stream)

    corpus = commands.add_parser("corpus", help="what Gemba was taught: search, add, review ...")
    add_corpus_arguments(corpus)
    corpus.set_defaults(run=_corpus)

    verify = commands.add_parser("verify", help="check the audit chain, the guard and each part")
    verify.set_defaults(run=_verify)

    accounts = commands.add_parser("accounts", help="give an account a new password")
    accounts.add_argument("action", choices=("reset",))
    accounts.add_argument("name")
    accounts.set_defaults(run=_accounts)
    return parser


def _demo(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.demo import run_demo

    return run_demo(
        settings,
        days=arguments.days,
        force=arguments.force,
        model=arguments.model,
        progress=_progress,
        end_progress=_end_progress,
    )


def _progress(title: str) -> Callable[[float, str], None] | None:
    """What draws a bar on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(done: float, what: str) -> None:
        width = 30
        filled = round(width * done)
        bar = "█" * filled + "░" * (width - filled)
        sys.stderr.write(f"\r\033[K{title} {bar} {done:4.0%} {what}")
        sys.stderr.flush()

    return show


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _over(settings: Settings, model: str | None) -> Settings:
    """The settings with the model that a command names as the default: another one's data may not
    be there."""
    return replace(settings, model=model) if model else settings


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.assistant.report import as_json, as_text
    from core.services import Services

    services = Services.open(_over(settings, arguments.model))
    try:
        user = services.policy.user(arguments.user or services.policy.default_user)
        worst = 0
        questions = sys.stdin if arguments.question == "-" else [arguments.question]
        for line in questions:
            question = line.rstrip("\n") if arguments.question == "-" else line
            if arguments.question == "-" and not question.strip():
                continue
            said_in = arguments.language
            answer = services.answer(
                question,
                user,
                session=arguments.session,
                model=arguments.model,
                language=said_in,
            )
            if arguments.json:
                print(json.dumps(as_json(answer), ensure_ascii=False), flush=True)
            else:
                with speaking(said_in):
                    print(as_text(answer), flush=True)
            worst = max(worst, {"refused": 3, "failed": 1}.get(answer.status, 0))
        return worst
    finally:
        services.close()


def _passport(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.passport import run_passport
    from core.services import Services

    services = Services.open(settings)
    try:
        user = services.policy.user(arguments.user or services.policy.default_user)
        return run_passport(
            arguments.id, user, services, rerun=arguments.rerun, as_json=arguments.json
        )
    finally:
        services.close()


def _check_sql(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.assistant import Queries
    from core.governance.policy import load_policy
    from core.inspection.inspector import report_on
    from core.inspection.report import as_json, as_text
    from core.models import model_file
    from core.semantic.load import load_model
    from core.services import Services

    statements = _statements(_text_of(arguments.file))
    model = load_model(model_file(arguments.model or settings.model, settings))
    services = None
    try:
        services = Services.open(_over(settings, arguments.model))
    except (ConfigError, Unavailable) as error:
        # The rules need no data; what a statement would read then stays unknown.
        print(f"Without the store there is no cost: {error}", file=sys.stderr)
    policy = services.policy if services else load_policy()
    user = policy.user(arguments.user or policy.default_user)
    queries = Queries(policy, lambda *_: None, row_cap=settings.row_cap)
    worst = 0
    try:
        parts = services.parts(model.name) if services else None
        for statement in statements:
            report = report_on(statement, user, model, queries, parts)
            if not report.may_run:
                worst = 3
            if arguments.json:
                print(json.dumps(as_json(report), ensure_ascii=False), flush=True)
            else:
                print(as_text(report), flush=True)
        return worst
    finally:
        if services is not None:
            services.close()


def _text_of(file: str) -> str:
    """What stands in a file, or on standard input for `-`."""
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UserFixable(f"The file {file!r} cannot be read: {reason}.") from error


def _statements(text: str) -> list[str]:
    """Statements parted by a line that holds `---` alone."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip() == "---":
            found.append([])
        else:
            found[-1].append(line)
    joined = ["\n".join(lines) for lines in found]
    return [s for s in joined if s.strip()] or [""]


def _evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.evaluate import run_evaluation
    from core.services import Services

    services = Services.open(_over(settings, arguments.model))
    try:
        return run_evaluation(
            arguments.file, services, model=arguments.model, as_json=arguments.json
        )
    finally:
        services.close()


def _model(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.model import run_model

    return run_model(arguments, settings)


def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.importing import run_load
    from core.drafting import draft_store
    from core.gatekeeping import admit
    from core.ingest.command import run_import
    from core.models import model_file, own_model_file
    from core.semantic.load import load_model

    gate = partial(admit, settings)
    if arguments.model:
        model = load_model(model_file(arguments.model, settings))
        if model.load is not None or not arguments.name:
            if arguments.append:
                raise UserFixable(
                    "The files of a model with a `load` section replace all of it: give it all "
                    "files that count, without --append."
                )
            source = ", ".join(path.name for path in arguments.paths)
            return run_import(
                arguments.paths,
                model,
                settings.data_dir,
                yes=arguments.yes,
                as_json=arguments.json,
                admit=lambda built: gate(built, model, source, "replace", None),
            )
        raise UserFixable("Name the data with --name, or the model that loads them with --model.")

    named = partial(own_model_file, settings)
    said = arguments.samples
    draft = partial(
        draft_store, has_samples=settings.draft_samples if said is None else said == "yes"
    )
    return run_load(arguments, settings, draft, model_files=named, gate=gate)


def _corpus(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.corpus import run_corpus
    from core.services import Services

    services = Services.open(settings)
    try:
        return run_corpus(arguments, services)
    finally:
        services.close()


def _watch(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.watch import run_watch
    from core.services import Services

    services = Services.open(settings)
    try:
        return run_watch(arguments, services)
    finally:
        services.close()


def _stream(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.commands.stream import run_stream

    return run_stream(
        settings,
        arguments.mapping,
        once=arguments.once,
        check=arguments.check,
        save_certificate=arguments.save_certificate,
        as_json=arguments.json,
    )


def _verify(_: argparse.Namespace, settings: Settings) -> int:
    from core.services import Services

    services = Services.open(settings)
    try:
        report = services.audit.verify()
        print("guard: the self-test passed")
        print("store: " + ("ok" if services.status()["ok"] else str(services.status()["why"])))
        is_there, words = services.memory()
        print(f"conversations: {words}")
        if report.is_whole:
            print("audit: the chain is whole")
            return 0 if is_there else 1
        for trouble in report.troubles:
            print(f"audit: {trouble}")
        return 1
    finally:
        services.close()


def _accounts(arguments: argparse.Namespace, settings: Settings) -> int:
    from core.accounts import Accounts, announcement
    from core.governance.policy import load_policy

    load_policy().user(arguments.name)
    accounts = Accounts.at(settings)
    print(announcement([accounts.reset(arguments.name)], accounts.path))
    return 0


if __name__ == "__main__":
    assert ROOT.is_dir()
    sys.exit(main())
