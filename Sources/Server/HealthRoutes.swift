import Kernel
import Store
import Web

/// Whether the process lives, and whether it can work.
struct HealthRoutes: Sendable {
  let database: Database

  init(_ database: Database) { self.database = database }

  var routes: [Route] {
    [
      Route(.get, "/health", .open, "Whether the process lives.", answer: .of([String: String].self)) { _ in
        .json(["status": "ok"])
      },
      Route(.get, "/ready", .open, "Whether the store answers.", answer: .of([String: String].self)) { _ in
        _ = try await database.read { try $0.value("SELECT count(*) FROM schema_step", as: Int.self) }
        return .json(["status": "ready"])
      },
    ]
  }
}
