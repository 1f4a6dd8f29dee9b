import Kernel
import Store

/// Who needs a second factor.
extension SecondFactors {
  package func rules() async throws -> [SecondFactorRule] {
    try await database.read { tx in
      try tx.rows("SELECT role, actor_name, at FROM second_factor_rule ORDER BY role") {
        try SecondFactorRule(role: $0("role"), actorName: $0("actor_name"), at: $0("at"))
      }
    }
  }

  /// Asks a second factor of a role; of everybody when the role is empty. Who has none sets it up at the next step.
  package func require(of role: String, by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    let role = try Text.line(role, field: "role", limit: 120, required: false)
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO second_factor_rule (role, actor_id, actor_name, at)
        VALUES (\(role), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
        """)
      try tx.audit("require second factor", .company, 1, detail: ["role": role], by: actor, at: now)
    }
  }

  package func stopRequiring(of role: String, by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM second_factor_rule WHERE role = \(role)") == 1 else {
        throw Problem(.notFound, field: "role", "No second factor is required there.")
      }
      try tx.audit("stop requiring second factor", .company, 1, detail: ["role": role], by: actor, at: now)
    }
  }

  /// Refuses whoever must not do without.
  package func isRequired(of role: String) async throws -> Bool {
    try await rules().contains { $0.role.isEmpty || $0.role == role }
  }
}
