"""What does the running kernel answer when asked? One function per capability, standard library only, each run in a child of its own.

A question takes nothing, changes nothing that outlives its process, and returns an Answer. It may die: the asker reads the way it died.
"""
