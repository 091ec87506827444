"""Whether a figure is drifting: control charts, sums that remember, changes of level, bands.

Pure functions over arrays of readings in the order of time: `baseline` says what is usual,
`runs` which of the Western Electric and Nelson rules (`rules`) readings break, `cusum` and `ewma`
find small shifts, `change_points` when a level changed, `bands` what to alert at. A reading that is
missing is NaN; docs/statistics.md says what each makes of one, and where each formula is from.
Readings are taken to follow one another evenly: whoever calls puts a NaN where time has a gap.
"""
