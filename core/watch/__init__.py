"""The watch: thresholds in force are held against new readings, step by step.

Each step of the model's interval is one transaction: alerts, where each pair stands, messages and
the watermark up to which was watched. docs/watch.md says what is promised.
"""
