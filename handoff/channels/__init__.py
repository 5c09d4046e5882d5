"""What the desk keeps for channels that run as processes of their own: who writes from where, and what was delivered."""
