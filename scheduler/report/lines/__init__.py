"""Answers in lines of words, as a terminal shows them."""
