import Conditions
import Kernel
import Store
import Web

/// Whether the process lives, and whether it can work.
struct HealthRoutes: Sendable {
  let database: Database
  let stopping: Stopping

  var routes: [Route] {
    [
      Route(.get, "/health", .open, "Whether the process lives.", answer: .of([String: String].self)) { _ in
        .json(["status": "ok"])
      },
      Route(
        .get, "/ready", .open, "Whether it can work: the store answers, on the right schema, with room on the disk.",
        answer: .of([String: String].self), action: ready),
    ]
  }

  @Sendable private func ready(_ visit: Visit) async throws -> Answer {
    stopping.asked()
    guard !stopping.isStopping else {
      throw Problem(.unavailable, "The server is stopping.", mend: "Send nobody here any more.")
    }
    let step = try await Migrator().applied(database)
    guard step == Migrator().newest else {
      throw Problem(
        .unavailable, field: "schema", "The store is on step \(step) of the schema, not \(Migrator().newest).",
        mend: "Restart the server.")
    }
    if let free = Backups.free(in: database.place.folder), free < 50 << 20 {
      throw Problem(.unavailable, field: "disk", "Less than 50 MB are left on the disk.", mend: "Free some space.")
    }
    return .json(["status": "ready"])
  }
}
