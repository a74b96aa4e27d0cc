"""The station without a window: commands for enrolling, recognizing, replaying, checking and measuring."""
