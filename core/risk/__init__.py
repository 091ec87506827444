"""The risk score of assets: of what it is made, how it is worked out, and what weighs how much."""
