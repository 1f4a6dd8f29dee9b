import Kernel
import Store
import Web

/// Backups of the store while it is served, asked for by the operator of the machine.
struct BackupRoutes: Sendable {
  let database: Database
  let clock: any Clock

  var routes: [Route] {
    [
      Route(
        .post, "/backups", .may(.export, .company), "Copies the store to a file of the machine.",
        answer: .of([String: String].self, 201),
        inputs: [.init("file", "The file to write", required: true)]
      ) { visit in
        // Only the socket in the data folder has no user: a path of the machine is not for the web.
        guard visit.actor.user == nil else {
          throw Problem(.notAllowed, "Backups are made on the machine itself.", mend: "Run: valuechain backup FILE")
        }
        let file = try visit.fields.required("file")
        try await database.backup(to: file)
        let now = clock.now
        try await database.write {
          try $0.audit("backup", .company, 1, detail: ["file": file], by: visit.actor, at: now)
        }
        return .json(["file": file], status: 201)
      }
    ]
  }
}
