"""Questions in another language, said word for word in the words that the parser reads.

A wordbook tells what each phrase of the language is in the parser's own words, and in which order
these stand. What it does not hold is left as typed, and never taken for a word of the parser.
"""
