"""Agents, their groups, and how they sign in."""
