# tests of this kind come here
