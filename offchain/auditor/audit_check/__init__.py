"""An independent check of money, tax and trade: from the events of a chain to its last state.

Shares no code with the chain. Everything that it knows of the rules is written here once more.
"""
