"""From a draft to a SemanticQuery, or to a question back."""

from __future__ import annotations

from core.language.assembling.absences import those_without
from core.language.assembling.compare import compare_with
from core.language.assembling.context import Context
from core.language.assembling.defaults import default_measures
from core.language.assembling.dimensions import (
    drop_nulls,
    resolve_dimensions,
    same_nouns_once,
    take_in_all,
)
from core.language.assembling.done import check_what_was_done, of_what_was_done
from core.language.assembling.events import (
    at_present,
    dates_of_things,
    event_times,
    time_amounts,
)
from core.language.assembling.finish import to_query
from core.language.assembling.limits import apply_limits
from core.language.assembling.measures import (
    aggregate_by_words,
    check_measures,
    resolve_measures,
)
from core.language.assembling.notes import tell
from core.language.assembling.of_events import amounts_of_events
from core.language.assembling.ranking import rank, ranked_rows
from core.language.assembling.records import list_rows_or_count, refuse_half_named, refuse_moments
from core.language.assembling.running import change_by_step, count_in_bins, run_along_time
from core.language.assembling.shares import share_of_whole
from core.language.assembling.shifts import shift_instance
from core.language.assembling.steps import (
    add_steps,
    average_steps,
    each_day,
    refuse_rate_or_course,
    refuse_rate_or_each,
)
from core.language.assembling.tables import (
    check_tables,
    count_of_state,
    main_table,
    rows_of_state,
)
from core.language.assembling.values import refuse_or, resolve_values
from core.language.assembling.windows import (
    dated_events,
    refuse_age_of_figures,
    time_columns,
    whose_time,
)
from core.language.times import TimeReader
from core.semantic.query import SemanticQuery


def assemble(ctx: Context, times: TimeReader) -> SemanticQuery:
    """The query. Raises Ask where a word fits two things or the question lacks a part."""
    same_nouns_once(ctx)
    take_in_all(ctx)
    average_steps(ctx)
    default_measures(ctx)
    average_steps(ctx)
    count_of_state(ctx)
    ctx.parts.table = main_table(ctx)
    rows_of_state(ctx)
    resolve_values(ctx)
    ranked_rows(ctx)
    resolve_dimensions(ctx)
    refuse_or(ctx)
    dated_events(ctx)
    ctx.times = times.read()
    ctx.parts.filters.extend(ctx.times.filters)
    amounts_of_events(ctx)
    resolve_measures(ctx)
    each_day(ctx)
    refuse_rate_or_course(ctx)
    refuse_rate_or_each(ctx)
    refuse_age_of_figures(ctx)
    shift_instance(ctx)
    time_columns(ctx)
    whose_time(ctx)
    of_what_was_done(ctx)
    apply_limits(ctx)
    event_times(ctx)
    dates_of_things(ctx)
    time_amounts(ctx)
    at_present(ctx)
    aggregate_by_words(ctx)
    add_steps(ctx)
    rank(ctx)
    compare_with(ctx)
    share_of_whole(ctx)
    run_along_time(ctx)
    change_by_step(ctx)
    count_in_bins(ctx)
    list_rows_or_count(ctx)
    refuse_moments(ctx)
    refuse_half_named(ctx)
    check_tables(ctx)
    check_measures(ctx)
    drop_nulls(ctx)
    those_without(ctx)
    tell(ctx)
    return check_what_was_done(ctx, to_query(ctx))
