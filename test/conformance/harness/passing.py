"""The list of passing cases in the repository: a case in it must keep passing."""

import os


class Passing:
    def __init__(self, path):
        self.path = path
        self.names = set()
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.names = {line.strip() for line in file if line.strip() and not line.startswith("#")}

    def compare(self, checked, passed, update):
        """Checked names that passed before and do not pass now; `update` removes them from the list."""
        lost = sorted(name for name in self.names & set(checked) if name not in passed)
        gained = passed - self.names
        if update:
            self.names = (self.names - set(checked)) | passed
            with open(self.path, "w", encoding="utf-8") as file:
                file.writelines(f"{name}\n" for name in sorted(self.names))
            print(f"\n{os.path.basename(self.path)}: {len(gained)} gained, {len(lost)} lost, {len(self.names)} in all")
            return []
        if gained:
            print(f"\n{len(gained)} pass that are not in {os.path.basename(self.path)}; --update writes them down")
        if lost:
            print(f"\nLOST, passed before: {len(lost)}")
        return lost
