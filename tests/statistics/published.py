"""Worked examples that were published, each with its source; figures as they are printed there."""

from __future__ import annotations

#: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 Individuals Control Charts: flow rate of
#: 10 batches; mean 50.81, mean moving range 1.8778, limits 55.8041 and 45.8159.
NIST_FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)

#: NIST/SEMATECH e-Handbook, 6.3.2.4 EWMA Control Charts: mean 50, s 2.0539, lambda 0.3; limits
#: 52.5884 and 47.4115 (the lower one cut off, not rounded); no value beyond them.
NIST_EWMA_READINGS = (
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5,
    49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
)  # fmt: skip
NIST_EWMA = (
    50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33,
    50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
)  # fmt: skip

#: NIST/SEMATECH e-Handbook, 6.3.2.3 CUSUM Control Charts: means of 20 groups, target 325, k 0.3175
#: and h 4.1959 in the readings' own unit; signals from group 14 on.
NIST_CUSUM_READINGS = (
    324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600,
    324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350,
)  # fmt: skip
NIST_CUSUM_UPPER = (
    0.00, 0.00, 0.00, 0.00, 0.03, 0.00, 0.00, 0.00, 0.00, 0.00,
    0.00, 0.00, 3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04,
)  # fmt: skip
NIST_CUSUM_LOWER = (
    0.00, 0.01, 0.00, 0.33, 0.00, 0.00, 0.56, 0.72, 0.17, 0.25,
    0.31, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00,
)  # fmt: skip

#: Montgomery, Introduction to Statistical Quality Control, Example 9.1: mean 10, sigma 1, k 0.5,
#: h 5; 20 readings around 10, then 10 around 11. The upper sum signals at period 29 with 5.28,
#: seven periods after it was last zero, so that the mean is 10 + 0.5 + 5.28 / 7 = 11.25.
MONTGOMERY_READINGS = (
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34,
    9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
    10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
)  # fmt: skip
MONTGOMERY_UPPER = (
    0.00, 0.00, 0.00, 1.16, 2.82, 2.50, 0.04, 1.00, 0.00, 0.00,
    0.00, 0.97, 0.98, 0.00, 0.00, 0.00, 0.12, 0.00, 0.00, 0.34,
    0.74, 0.00, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30,
)  # fmt: skip

#: SAS/QC User's Guide, MACONTROL procedure, "Displaying Individual Measurements on an EWMA Chart":
#: diameters of 30 tires; mean 24.0083, mean moving range 0.056897, limits 24.1596 and 23.8571,
#: sigma 0.050423, upper limit of the range 0.18585 (with d2 that is not rounded to 1.128).
SAS_TIRES = (
    24.05, 23.99, 23.95, 23.93, 23.97, 24.02, 24.06, 24.10, 23.98, 24.03,
    23.91, 24.06, 24.06, 23.96, 23.98, 24.06, 24.01, 24.00, 23.93, 23.92,
    24.09, 24.11, 24.05, 23.98, 23.98, 24.06, 24.02, 24.06, 23.97, 23.96,
)  # fmt: skip

#: SAS/QC User's Guide, SHEWHART procedure, "Applying Tests for Special Causes" (sample SHWTEST):
#: means and ranges of 21 samples of 5; of Nelson's tests 1 to 5, test 5 is positive at sample 14,
#: and no other one.
SAS_GAPS = (
    270, 258, 248, 260, 273, 260, 259, 248, 260, 255, 268,
    253, 273, 275, 257, 269, 249, 264, 258, 248, 248,
)  # fmt: skip
SAS_GAP_RANGES = (
    35, 25, 24, 39, 29, 21, 37, 37, 28, 19, 36, 36, 29, 22, 24, 41, 36, 31, 25, 36, 30,
)  # fmt: skip

#: SAS communities, "PROC SHEWHART tests for special causes", message 709954: offsets of the first
#: 20 samples, of which test 3 (six in a row rising) is positive at samples 18 and 19.
SAS_OFFSETS = (
    19.80, 17.16, 20.11, 20.89, 20.83, 18.87, 20.84, 23.33, 19.21, 20.48,
    22.05, 20.02, 17.58, 19.11, 20.03, 20.56, 20.86, 21.10, 21.50,
)  # fmt: skip

#: Annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 m³ (Cobb, Biometrika 65 (1978), 243-251;
#: R's datasets::Nile): one change, after 1898 (strucchange::breakpoints, optimal by BIC).
NILE = (
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649,
    846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815,
    1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
)  # fmt: skip
