# Unit tests of the alert room.
