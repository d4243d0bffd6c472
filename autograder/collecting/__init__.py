"""From what learners have handed in elsewhere, such as an LMS's zip, to `grading/submitted/`."""
