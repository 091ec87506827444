"""Every sentence about a result, as templates in one table. Catalogues say them in other languages,
each by its key (`core.translation`).

Templates hold fields only; all arithmetic and formatting is done by the caller. A field's value is
never read as a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.translation import CODE, language, pgettext

TEMPLATES: Final[dict[str, str]] = {
    # Lists and small words
    "and": "{first} and {last}",
    "and_more": "{first} and {n} more",
    "or": "{first} or {last}",
    "in": "in {period}",
    "on": "on {period}",
    "from": "from {period}",
    "over": "over {period}",
    "all_data": "over all loaded data",
    "named_window": "{name} ({period})",
    "good": "better",
    "bad": "worse",
    "up": "up",
    "down": "down",
    "went_up": "up",
    "went_down": "down",
    "unchanged": "unchanged",
    "rest": "the rest",
    "of": "{part} of {whole}",
    # Steps of time, and periods by their names
    "grain_interval": "interval",
    "grains_interval": "intervals",
    "grain_hour": "hour",
    "grains_hour": "hours",
    "grain_day": "day",
    "grains_day": "days",
    "grain_shift": "shift",
    "grains_shift": "shifts",
    "grain_week": "week",
    "grains_week": "weeks",
    "grain_month": "month",
    "grains_month": "months",
    "grain_quarter": "quarter",
    "grains_quarter": "quarters",
    "grain_year": "year",
    "grains_year": "years",
    "grain_hour_of_day": "hour of day",
    "grains_hour_of_day": "hours of day",
    "grain_day_of_week": "weekday",
    "grains_day_of_week": "weekdays",
    "grain_month_of_year": "month of the year",
    "grains_month_of_year": "months of the year",
    "name_last_hour": "last hour",
    "name_last_day": "last day",
    "name_last_week": "last week",
    "name_last_month": "last month",
    "name_last_quarter": "last quarter",
    "name_last_year": "last year",
    "name_last_shift": "last shift",
    "name_this_hour": "this hour",
    "name_this_day": "this day",
    "name_this_week": "this week",
    "name_this_month": "this month",
    "name_this_quarter": "this quarter",
    "name_this_year": "this year",
    "name_this_shift": "this shift",
    "name_yesterday": "yesterday",
    "name_today": "today",
    "name_last_night": "last night",
    "row": "row",
    "true": "true",
    "false": "false",
    "stated": "{state} {what}",
    "states": "{first} {state}",
    # Columns of a table
    "col_interval": "Time",
    "col_hour": "Hour",
    "col_day": "Day",
    "col_week": "Week",
    "col_month": "Month",
    "col_quarter": "Quarter",
    "col_year": "Year",
    "col_hour_of_day": "Hour of day",
    "col_day_of_week": "Weekday",
    "col_month_of_year": "Month of year",
    "col_production_day": "Production day",
    "col_per": "{what} per {grain}",
    "col_previous": "{what}, previous",
    "col_reference": "{what}, reference",
    "col_change": "{what}, change",
    "col_change_pct": "{what}, change in %",
    "col_share": "{what}, share",
    "col_share_within": "{what}, share within group",
    "col_running": "{what}, running",
    "col_moving": "{what}, moving over {n}",
    "col_where": " under conditions",
    "col_hours": "Hours",
    "col_first_time": "First time",
    "col_last_time": "Last time",
    "col_count": "Number of {what}",
    "col_count_distinct": "Number of different {what}",
    "col_median": "Median {what}",
    "col_percentile": "{rank}th percentile of {what}",
    "col_sum": "Total {what}",
    "col_avg": "Mean {what}",
    "col_min": "Lowest {what}",
    "col_max": "Highest {what}",
    "col_stddev": "Standard deviation of {what}",
    "col_latest": "Latest {what}",
    # Figures
    "divided": "{what} per {over}",
    "divided_unit": "{what} per {unit} of {over}",
    "divided_share": "{what} as a share of {over}",
    "agg_sum": "total {what}",
    "agg_avg": "mean {what}",
    "agg_min": "lowest {what}",
    "agg_max": "highest {what}",
    "agg_count": "number of {what}",
    "agg_count_distinct": "number of different {what}",
    "agg_max_of": "maximum {what}",
    "agg_min_of": "minimum {what}",
    "named": "{word} {value}",
    "in_one": "{what} in one {entity}",
    "each": "{what} per {entity}",
    "figure_of_one": "{what} of one {entity}",
    "agg_stddev": "standard deviation of {what}",
    "agg_latest": "latest {what}",
    "agg_first_time": "first time {conditions}",
    "agg_last_time": "last time {conditions}",
    "agg_duration": "hours with {conditions}",
    "agg_hours": "hours",
    "agg_any_time": "of all {entities}",
    "median": "median {what}",
    "percentile": "{rank} percentile of {what}",
    "where": "{what} with {conditions}",
    "per": "{what} per {grain} on average",
    "share": "share of {what}",
    "share_within": "share of {what} within each {group}",
    "running": "running {what}",
    "moving": "{n}-point moving average of {what}",
    "change_of": "change of {what}",
    # Conditions
    "op_eq": "{column} {value}",
    "op_ne": "{column} not {value}",
    "op_lt": "{column} below {value}",
    "op_le": "{column} of {value} or less",
    "op_gt": "{column} above {value}",
    "op_ge": "{column} of {value} or more",
    "op_in": "{column} {values}",
    "op_not_in": "{column} other than {values}",
    "op_between": "{column} from {low} to {high}",
    "op_contains": "{column} with {value!r} in it",
    "op_is_null": "without {column}",
    "op_not_null": "with {column}",
    "op_date_null": "not {column}",
    "op_date_there": "{column}",
    "op_state_not": "not {state}",
    "date_in": "{column} {period}",
    "date_on": "{column} {period}",
    "date_before": "{column} before {moment}",
    "date_after": "{column} after {moment}",
    "date_since": "{column} from {moment} on",
    "date_until": "{column} until {moment}",
    "op_clock": "{column} {low} to {high}",
    # What a figure is of: each begins with a blank
    "subject_of": " of ",
    "subject_in": " in ",
    "subject_for": " for ",
    "subject_on": " on ",
    "subject_with": " with ",
    "subject_without": " without ",
    "subject_being": " ",
    "subject_shift": " on {label} {values}",
    "subject_no_shift": " without {label} {values}",
    "subject_shift_named": " on {values}",
    "subject_no_shift_named": " without {values}",
    "subject_between": " between {low} and {high}",
    "to": " to ",
    "subject_more": " (and {n} more conditions)",
    "subject_more_one": " (and 1 more condition)",
    "workdays": "weekdays",
    "part_@hour": "hour of day",
    "part_@weekday": "weekday",
    "part_@month": "month",
    "part_@minute_of_day": "time of day",
    # Headlines
    "was": "was",
    "were": "were",
    "the": "the {what}",
    "against": "{when} against {other}",
    "one": "{what} {was} {value} {when}.",
    "one_latest": "{what} {was} {value}.",
    "one_total": "{what} came to {value} {when}.",
    "one_of": "{what} of {who} {was} {value} {when}.",
    "one_at": "{what} {was} {value} {at}.",
    "moment_first": "The first {what} was on {value} ({period}).",
    "moment_last": "The last {what} was on {value} ({period}).",
    "one_count": "There were {value} {what} {when}.",
    "one_count_single": "There was {value} {what} {when}.",
    "one_count_none": "There were no {what} {when}.",
    "one_count_open": "There are {value} {what} in all loaded data.",
    "one_count_single_open": "There is {value} {what} in all loaded data.",
    "one_count_none_open": "There are no {what} in all loaded data.",
    "one_count_dated": "There were {value} {what}.",
    "one_count_single_dated": "There was {value} {what}.",
    "one_count_none_dated": "There were no {what}.",
    "one_compared": "{what} {was} {value} {when}, {direction} {change} on {before_when} "
    "({before}).",
    "one_beside": "{what} {was} {value} {when}, {change} {side} {before_when} ({before}).",
    "one_level": "{what} {was} {value} {when}, the same as {before_when}.",
    "one_reference": "{what} {was} {value} {when}, {change} {side} the {before} of {reference}.",
    "one_reference_level": "{what} {was} {value} {when}, the same as for {reference}.",
    "one_no_before": "{what} {was} {value} {when}; there is no value for {before_when}.",
    "no_value": "There is no value for {what} {when}{reason}.",
    "because": ": {reason}",
    "more_figures": "{first}; {rest}.",
    "figure": "{what} {value}",
    "top": "{who} had the {superlative} {what} {when}: {value}.",
    "top_next": "{who} had the {superlative} {what} {when}: {value}, {gap} the next ({next}, "
    "{next_value}).",
    "top_share": "{who} had the {superlative} {what} {when}: {value}, {share} of the total.",
    "top_only": "{who} had the {superlative} {what} {when}: {value}; the others had none.",
    "top_tie": "{who} share the {superlative} {what} {when}: {value} each.",
    "place": "{who} had the {nth} {superlative} {what} {when}: {value}.",
    "place_far": "{who} is at place {n} for {what} {when}, counted from the {superlative}: "
    "{value}.",
    "place_level": "{who} share the places {first} to {last} for {what} {when}, counted from the "
    "{superlative}: {value} each.",
    "place_level_next": "{who} share the places {first} to {last} for {what} {when}, counted from "
    "the {superlative}: {value} each; the next is {next} with {next_value}.",
    "places_shown": "{places} for {what} {when}, counted from the {superlative}: {members}.",
    "places_each": "{places} of each {group} for {what} {when}, counted from the {superlative}: "
    "{members}.",
    "one_place": "place {n}",
    "more_places": "places {n} to {last}",
    "place_none": "There is no place {n} for {what} {when}: only {there} {groups} have a value.",
    "place_none_one": "There is no place {n} for {what} {when}: only one {group} has a value.",
    "top_moment": "{who} had the {superlative} {what} {when}: {value}.",
    "pair_level": "{who} and {next} had the same {what} {when}: {value}.",
    "all_same": "All {n} {groups} had the same {what} {when}: {value}.",
    "all_missing": "There is no value for {what} {when} in any of the {n} {groups}.",
    "kept": "{n} {groups} had {what} {when}: {who}.",
    "kept_one": "{who} was the only {group} with {what} {when}: {value}.",
    "kept_each": "{n} {groups} had {what} {when}, each {value}: {who}.",
    "kept_zero_one": "{who} was the only {group} with {what} {when}.",
    "kept_member": "{who} ({value})",
    "kept_none": "No {group} had {what} {when}",
    "kept_nearest": "{none}; the nearest was {who} with {value}.",
    "kept_none_end": "{none}.",
    "kept_none_group": "group",
    "kept_figure": "{what} {condition}",
    "kept_change": "a change of {what} {condition}",
    "kept_higher": "higher {what}",
    "kept_lower": "lower {what}",
    "kept_gt": "more than {value} {what}",
    "kept_lt": "fewer than {value} {what}",
    "kept_ge": "{value} or more {what}",
    "kept_le": "{value} or fewer {what}",
    "kept_eq": "{value} {what}",
    "moved_by": "{change} ({share})",
    "gap_times": "{n} times",
    "gap_above": "{change} above",
    "gap_below": "{change} below",
    "groups": "groups",
    "all_of": "all {groups}",
    "everything": "the overall figure",
    "changed_most": "{who} changed most in {what}: {value} {when}, {direction} {change} on "
    "{before_when} ({before}).",
    "changed_one": "{what} of {who} {was} {value} {when}, {direction} {change} on {before_when} "
    "({before}).",
    "beside_most": "{who} differs most in {what}: {value} {when}, {change} {side} {before_when} "
    "({before}).",
    "beside_one": "{what} of {who} {was} {value} {when}, {change} {side} {before_when} ({before}).",
    "same_as_reference": "{what} {was} the same as for {before_when} {when}.",
    "changed_none": "{what} did not change between {before_when} and {when}.",
    "beside_none": "{what} {was} the same {when} as for {before_when}.",
    "differs_most": "{who} is furthest from {reference} in {what}: {value} {when}, {change} "
    "{side}.",
    "series_total": "{what} came to {total} {when}; the highest {step} was {peak_at} with {peak}.",
    "series_range": "{what} {was} between {low} ({low_at}) and {high} ({high_at}) {when}; the last "
    "{step} had {last}.",
    "series_running": "{what} reached {last} by {last_at} ({period}).",
    "series_flat": "{what} {was} {value} in each {step} {when}.",
    "series_top": "{who} had the {superlative} {what} in one {step} {when}: {value} ({at}).",
    "recurring_top": "{at} had the {superlative} {what} {when}: {value}; {low_at} the "
    "{opposite}: {low}.",
    "series_compared": "{what} came to {total} {when}, {direction} {change} on {before_when} "
    "({before}).",
    "series_beside": "{what} came to {total} {when}, {change} {side} {before_when} ({before}).",
    "at_day": "on {at}",
    "at_hour": "at {at}",
    "at_week": "in the {at}",
    "at_other": "in {at}",
    "bins": "{what} by {group} {when}: most, {value}, from {bin} up.",
    "records": "{n} {entities} match {when}.",
    "record": "One {entity} matches{when}: {fields}.",
    "record_bare": "One {entity} matches{when}.",
    "record_first": "The first {entity}{when} is {fields}.",
    "record_last": "The last {entity}{when} is {fields}.",
    "record_place": "The {entity} at place {n}, counted from the {superlative} {what}{when}, is "
    "{fields}.",
    "record_most": "The {entity} with the {superlative} {what}{when} is {fields}.",
    "records_cut": "More than {n} {entities} match {when}; the first {n} are shown.",
    "records_limit": "{n} {entities} {when}, as asked.",
    "distinct": "There are {n} {groups}{when}: {names}.",
    "distinct_one": "There is one {group}{when}: {names}.",
    "distinct_pairs": "There are {n} different combinations of {groups}{when}.",
    "nothing": "No rows match {when}.",
    "nothing_of": "No {entities} match {when}.",
    "rows": "{n} rows {when}.",
    "cut": "{sentence} The result was cut at {n} rows, so there may be more.",
    "above": "above",
    "below": "below",
    "superlative_high": "highest",
    "superlative_low": "lowest",
    "superlative_most": "most",
    "superlative_few": "fewest",
    "nth_high": "highest",
    "nth_low": "lowest",
    "nth_most": "most",
    "nth_few": "fewest",
    "nth_2": "second",
    "nth_3": "third",
    "nth_4": "fourth",
    "nth_5": "fifth",
    "nth_6": "sixth",
    "nth_7": "seventh",
    "nth_8": "eighth",
    "nth_9": "ninth",
    "nth_10": "tenth",
    "superlative_first": "earliest",
    "superlative_last": "latest",
    # Facts
    "fact_change": "{what} went {direction} from {before} to {value}: {change}{ratio}{verdict}.",
    "fact_change_of": "{who}: {what} went {direction} from {before} to {value}, {change}{ratio}"
    "{verdict}.",
    "fact_unchanged": "{what} is unchanged at {value}.",
    "fact_beside": "{what} {was} {change}{ratio} {side} {before_when}.",
    "fact_besides": "{up} of {n} {groups} are above {before_when} in {what}, {down} below.",
    "fact_besides_one": "1 of {n} {groups} is above {before_when} in {what}, {down} below.",
    "fact_zero_one": "1 of {n} {steps} had none: {at}.",
    "fact_zero": "{k} of {n} {steps} had none: {at}.",
    "in_total": "in total",
    "day": "day",
    "points": "points",
    "fact_changes": "{up} of {n} {groups} went up in {what}, {down} went down.",
    "verdict": ", which is {word}",
    "ratio": " ({ratio})",
    "fact_trend": "{what} shows a {direction} trend{until}: about {slope} per {step}, {total} over "
    "{n} {steps} (Mann-Kendall, p {p}).",
    "fact_trend_of": "{who}: {what} shows a {direction} trend{until}, about {slope} per {step}, "
    "{total} over {n} {steps} (Mann-Kendall, p {p}).",
    "fact_no_trend": "{what} shows no clear trend over {n} {steps}.",
    "fact_no_trend_of": "{what} shows no clear trend in any group over {n} {steps}.",
    "fact_no_trend_few": "{n} {steps} are too few to tell a trend of {what} from chance; it takes "
    "{least}.",
    "fact_no_trend_few_of": "{n} {steps} are too few to tell trends of {what} from chance; it "
    "takes {least}.",
    "until": " until {at}",
    "rising": "rising",
    "falling": "falling",
    "fact_outlier": "{at} stands out: {value} against a usual {median} (median).",
    "fact_outliers": "{at} stand out: {values} against a usual {median} (median).",
    "fact_outlier_of": "{at} stands out among {n} {groups}: {value} against a median of {median}.",
    "fact_outliers_of": "{at} stand out among {n} {groups}: {values} against a median of {median}.",
    "fact_share_few": "{k} of {n} {groups} make up {share} of the total of {total}.",
    "fact_share_one": "{who} alone makes up {share} of the total of {total}.",
    "fact_range": "From {low} ({low_who}) to {high} ({high_who}), median {median}.",
    "fact_rank": "{who} is last of {n} with {value}.",
    "fact_limit": "{k} of {n} {groups} {verb} above {limit} ({label}): {who}.",
    "fact_limit_one": "{value} is above {limit} ({label}).",
    "fact_limit_first": "Above {limit} ({label}) in {k} of {n} {steps}, first {at}.",
    "fact_limit_none": "All {n} {groups} are at or below {limit} ({label}).",
    "fact_limit_low": "{k} of {n} {groups} {verb} below {limit} ({label}): {who}.",
    "fact_limit_one_low": "{value} is below {limit} ({label}).",
    "fact_limit_first_low": "Below {limit} ({label}) in {k} of {n} {steps}, first {at}.",
    "fact_limit_none_low": "All {n} {groups} are at or above {limit} ({label}).",
    "limit_version": "{name}, version {n}",
    "limit_statistic": "{name}, {what} of {n} min",
    "limit_since": "{name}, valid from {at}",
    "limit_from": "from {at} {value}",
    "fact_warn": "{what} above {limit} is not plausible ({who}: {value}); check the data behind "
    "it, such as ideal rates.",
    "fact_in_part": "Counted in part: {parts}.",
    "cut_from": "{at} only from {start}",
    "cut_to": "{at} only to {end}",
    "cut_both": "{at} only from {start} to {end}",
    "fact_gap_one": "1 of {n} {steps} has no data: {at}.",
    "fact_gap": "{k} of {n} {steps} have no data: {at}.",
    "fact_missing": "No value for {k} of {n} {groups}: {who}.",
    "is": "is",
    "are": "are",
    # Chips
    "chip_sorted": "{which} {n}",
    "chip_sorted_each": "{which} {n} of each {group}",
    "chip_place": "{which}: place {n}",
    "chip_place_each": "{which}: place {n} of each {group}",
    "chip_places": "{which}: places {n} to {last}",
    "chip_places_each": "{which}: places {n} to {last} of each {group}",
    "chip_top": "Top",
    "chip_bottom": "Bottom",
    "chip_first": "First",
    "chip_good": "Good readings only",
    "chip_bad": "Readings that are not good",
    "chip_all": "All readings",
    "chip_when_production": "by production day",
    "chip_when_lent": "{period}, by the time of {tables}",
    "chip_compare_window": "{period}",
    "chip_compare_all": "The overall figure",
    "chip_compare_reference": "All, without {columns}",
    "chip_rows": "List of {entities}",
    "rows_found": "rows",
    "headline_groups": "{n} {what}.",
    # What lies behind a figure
    "why_most": "{value} ({split}) carries most of the change: {part} of {whole} ({share}).",
    "why_some": "No {split} carries most of the change; {value} most of it: {part} of {whole} "
    "({share}).",
    "why_more": "{value} ({split}) alone would make it {part}; others took some of it back, which "
    "leaves {whole}.",
    "why_without": "Without {value} ({split}) the change would be {left} instead of {whole}.",
    "why_level": "Nothing is compared here, so these are the parts of the figure itself.",
    "why_even": "There is no change to take apart; these are the parts of the figure.",
    "why_wider": "This is about all groups, not only about those that were shown.",
    "why_note": "Where the change lies in the data, which is not what caused it.",
    "follow_new": "Changed: {parts}.",
    "follow_gone": "Gone: {parts}.",
    "follow_kept": "Kept: {parts}.",
    "follow_by": "by {label}",
    "follow_same": "Nothing changed: the answer before was like this already.",
    "follow_shown": "Changed: how it is shown. All else is kept.",
    "chip_further": "Further conditions in the SQL",
    "chip_in_part": "{condition} (in part)",
    "chip_of": "{label} ({of})",
    "chip_all_data": "All loaded data",
    "chip_all_data_from": "All loaded data, {period}",
    "read_tied": "{table}: by the time of the others",
    "read_aside": "only compared with",
    "read_for_it": "read for it",
    "chip_distinct": "Different values",
    "chip_step": "of {step}s",
    "chip_having": "only where {what}{verb}{condition}",
    "chip_is": " is ",
    "chip_are": " are ",
    "chip_having_change": "only where the change of {what} is {condition}",
    "chip_having_rose": "only where {what} rose",
    "chip_having_fell": "only where {what} fell",
    "chip_having_more": "only where {what} is higher than in {before_when}",
    "chip_having_less": "only where {what} is lower than in {before_when}",
    "points_of": "{n} points",
    "having_gt": "above {value}",
    "having_lt": "below {value}",
    "having_ge": "{value} or more",
    "having_le": "{value} or less",
    "having_eq": "{value}",
    "having_ne": "not {value}",
    "having_between": "{value} to {high}",
    "bins_of": "{column} in steps of {width}",
    # Explanation
    "ex_measure": "Measure: {what}.",
    "ex_metric": "Measure: {label} = {definition}{description}",
    "ex_metric_meaning": " ({description})",
    "ex_condition": " Only rows with {condition} count.",
    "ex_over": "Measure: {what}, which is {figure} divided by {over}, each of the whole group.",
    "ex_ratio": " It is computed from the sums of the whole group, never as a mean of ratios.",
    "ex_zero": " Without a value: {note}.",
    "ex_records": "List: {entities}, with {fields}.",
    "ex_distinct": "List: the different values of {columns}.",
    "ex_by": "Split: by {splits}.",
    "ex_where": "Filters: {filters}.",
    "ex_no_where": "Filters: none.",
    "ex_when": "Time: {period} ([{start}, {end}), plant-local {axis}).",
    "ex_when_open": "Time: {period} (plant-local {axis}).",
    "ex_measures": "Figures: {what}.",
    "ex_times": "Time: {periods} (plant-local).",
    "ex_further": "The SQL has further conditions, which are not told here.",
    "ex_when_all": "Time: no window was asked for, so all loaded data count.",
    "ex_when_lent": "Rows of {table} have no time of their own: each counts at the time ({column}) "
    "of the row of {lender} that it goes with. One that goes with none is in no window.",
    "axis_clock": "clock time",
    "axis_production": "production days; a night shift belongs to the day on which it starts",
    "ex_compare": "Comparison: the same figures for {period}; the change is this minus that.",
    "ex_reference": "Comparison: the same figures without the filter on {columns}; the change is "
    "this minus that.",
    "ex_overall": "Comparison: the same figures over all groups together; the change is this minus "
    "that.",
    "ex_having": "Kept: groups {kept}.",
    "ex_every": "Groups: all that {table} hold at any time, those without a row in this time too.",
    "ex_order": "Order: by {what}, {direction} first{limit}.",
    "order_down": "largest",
    "order_up": "smallest",
    "ex_limit": "; the first {n}{each}",
    "ex_place": "; only place {n}{each}",
    "ex_places": "; only the places {n} to {last}{each}",
    "ex_limit_only": "Limit: the first {n}{each}.",
    "ex_each": " of each {group}",
    "ex_good": "Readings: only those whose {column} is {values} count in {what}.",
    "ex_bad": "Readings: only those whose {column} is not {values} count.",
    "ex_all": "Readings: all count, whatever their {column}.",
    "ex_scope": "Added for your rights: {column} in {values}.",
    "ex_masked": "Masked for your role: {columns}.",
    "ex_row_limit": "At most {n} rows are read.",
    "ex_anchor": "The window ends or begins at the {edge} {entity}{conditions}.",
    # Follow-up questions
    "ask_by": "{what}{where} by {group}{when}",
    "ask_over_time": "{what}{where} by {grain}{when}",
    "ask_over_time_by": "{what}{where} by {group} and {grain}{when}",
    "ask_compare": "{what}{where}{by}{when} compared with the previous period",
    "ask_records": "List the {entities}{where}{when}",
    "ask_count_by": "Number of {entities}{where} by {group}{when}",
    "ask_split": " by {group}",
    "ask_phrase": " {phrase}",
    "ask_range": " from {start} to {end}",
    # The five honest empties
    "empty_no_rows": "No {entities} match {when}. Take a filter away or widen the time window.",
    "empty_no_value": "There is no value for {what} {when}: {reason}.",
    "empty_no_such": "There are readings{subject} {when}, but none of {what}: it is not measured "
    "there, or gave no value. Ask what is measured there, or about another thing.",
    "empty_kept": "{sentence} Ask for another limit, or for {what} by {group} to see them all.",
    "empty_out_of_scope": "{subject} is outside the plants that you may see. Ask about your own "
    "plants, or ask an administrator for access.",
    "empty_out_of_scope_many": "{subject} are outside the plants that you may see. Ask about your "
    "own plants, or ask an administrator for access.",
    "empty_out_of_scope_plain": "What you ask about is outside the plants that you may see. Ask "
    "about your own plants, or ask an administrator for access.",
    "empty_not_loaded": "There are no data {when}. {extent}",
    "extent": "Data are loaded from {first} to {last}; ask within that.",
    "extent_none": "Nothing is loaded yet; an administrator can import data.",
    "empty_sensor_bad_of": "There are readings{subject} {when}, but none of good quality, so no "
    'figure is given. Ask again with "all readings" to see them as they are.',
    "empty_sensor_bad_where": "None of the good readings{subject} {when} is so; only readings of "
    'other quality are. Ask again with "all readings" to see them.',
    "empty_sensor_bad": "There are readings {when}, but none of good quality, so no figure is "
    'given. Ask again with "all readings" to see them as they are.',
    "empty_not_answerable": "This cannot be answered from {model}{subject}. See what can be asked "
    "in the catalogue, or put the question in other words.",
    "empty_subject": ": it holds nothing about {subject}",
    # Quality
    "quality": "{grades}; {end}",
    "grade_good": "{share} Good",
    "grade_uncertain": "{share} Uncertain",
    "grade_bad": "{share} Bad",
    "grade_missing": "{share} without a value",
    "data_to": "data to {moment}",
}


def say(key: str, **words: object) -> str:
    """The sentence of that key in the language at hand, with its words filled in; KeyError for one
    that is not there."""
    return pgettext(key, TEMPLATES[key]).format(**words)


def has(key: str) -> bool:
    """Whether the table has that sentence."""
    return key in TEMPLATES


def listed(parts: Sequence[str], *, most: int = 0, link: str = "and") -> str:
    """`a, b and c`; with `most`, the first so many and how many more there are."""
    if most and len(parts) > most:
        return say("and_more", first=", ".join(parts[:most]), n=len(parts) - most)
    if len(parts) < 2:
        return "".join(parts)
    return say(link, first=", ".join(parts[:-1]), last=parts[-1])


def sentence(text: str) -> str:
    """The text with a capital at its front."""
    return text[:1].upper() + text[1:]


#: Languages whose nouns keep their capital within a sentence.
_CAPITALS: Final = ("de",)


def lowered(label: str) -> str:
    """A label inside a sentence: `Asset class` -> `asset class`, but `OEE` and `A phase` stay."""
    return label if language() in _CAPITALS else plainly_lowered(label)


def plainly_lowered(label: str) -> str:
    """The same by English rules, whatever language is at hand."""
    return label if len(label) < 2 or not label[1].islower() else label[:1].lower() + label[1:]


def small(label: str) -> str:
    """A label in small letters, where its language writes it so."""
    return label.lower() if language() == CODE else lowered(label)


def first_lowered(text: str) -> str:
    """The text without the capital at its front, where nouns have none."""
    return text if language() in _CAPITALS else text[:1].lower() + text[1:]


def plural(word: str) -> str:
    """A regular English plural; in another language the word as it is, whose plural a model's
    labels tell where it has one."""
    if language() != CODE:
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def is_many(words: str) -> bool:
    """Whether a figure's English words are a plural by their head: `total units`, and not
    `number of units`."""
    head = words
    for link in (" of ", " with ", " per ", " without ", " in ", " for ", " on "):
        head = head.split(link)[0]
    last = head.split()[-1] if head.split() else ""
    return last.islower() and last.endswith("s") and not last.endswith(("ss", "us", "is", "as"))
