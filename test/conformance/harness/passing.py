"""The list of what passes, kept in the repository: what passed once must not be lost."""

import os


class Passing:
    def __init__(self, path):
        self.path = path
        self.names = set()
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.names = {line.strip() for line in file if line.strip() and not line.startswith("#")}

    def compare(self, checked, passed, update):
        """Names that passed once and do not now, of those that were checked; with `update` they are forgotten."""
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
