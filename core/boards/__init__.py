"""Boards of cards: answers that people keep, each as what it asks and never as what came of it."""

from core.boards.card import Board, Card, CardTime, ComparedTime, Width
from core.boards.store import BoardStore
from core.boards.times import CardClock, kept_time, placed, said_time

__all__ = [
    "Board",
    "BoardStore",
    "Card",
    "CardClock",
    "CardTime",
    "ComparedTime",
    "Width",
    "kept_time",
    "placed",
    "said_time",
]
