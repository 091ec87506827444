"""Answers that a language model writes, as far as our checks let them stand.

difficulty  how hard a question is, and which model is asked
prompting   examples, notes and columns, no more than the prompt has room for
writing     what the model is made to write, and what it wrote
reflection  our checks of what that gave
replies     one reply of it, or several candidates at once
same_rows   rows compared
tries       what it tried, what became of it, and which of several is taken
turns       the loop over them
narration   which sentences a finding backs
narrator    findings in the model's words
"""
