"""Alerts: when a limit trips, what people do about it, what is kept of it, and what load it is.

Alerts are advice to people who look at data. They are no alarms of a control or safety system, and
nothing here writes to one."""
