import Kernel
import Store
import StoreTesting
import Testing

@Suite struct AuditMaskTests {
  /// Five lines about three records, by two people.
  private func written(_ store: Database) async throws {
    let ada = Actor(user: 7, name: "Ada Quill", grants: Actor.everything)
    try await store.write { tx in
      for (number, record) in [1, 2, 1, 3, 1].enumerated() {
        try tx.audit(
          "edit", .customer, Int64(record), detail: ["name": "Secret \(number)"],
          by: number.isMultiple(of: 2) ? ada : .operator,
          at: Stores.clock.now)
      }
    }
  }

  private func broken(_ store: Database) async throws -> Int64? {
    try await store.read { try $0.firstBrokenAuditEntry() }
  }

  @Test(arguments: Stores.underTest)
  func `lines lose their words and the chain stays whole`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await written(store)
      let masked = try await store.write { try $0.maskAudit("record_id = 1", at: Stores.clock.now) }
      #expect(masked == 3)
      #expect(try await broken(store) == nil)
      let lines = try await store.read { try $0.auditEntries() }
      #expect(lines.map(\.detail).filter { $0.contains("Secret") }.count == 2)
      #expect(lines.filter { $0.maskedAt != nil }.map(\.actorName) == ["Ada Quill", "Ada Quill", "Ada Quill"])
      // Again, and the names as well; then the chain goes on.
      try await store.write { tx in
        try tx.maskAudit("actor_id = 7", name: "Former user", keepsDetail: true, at: Stores.clock.now)
        try tx.audit("edit", .customer, 9, by: .operator, at: Stores.clock.now)
      }
      #expect(try await broken(store) == nil)
      #expect(try await store.read { try $0.auditEntries() }.allSatisfy { $0.actorName != "Ada Quill" })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a masked line that is changed, and a line that is emptied by hand, are found`(_ dialect: Dialect) async throws {
    for (change, line) in [
      ("UPDATE audit_entry SET verb = 'delete' WHERE sequence = 3" as Statement, 3),
      ("UPDATE audit_entry SET detail = '{}' WHERE sequence = 3", 3),
      ("UPDATE audit_entry SET masked_at = masked_at + 1 WHERE sequence = 1", 1),
      ("UPDATE audit_entry SET mask_code = NULL, masked_at = NULL WHERE sequence = 1", 1),
      ("UPDATE audit_entry SET detail = '{\"masked\":true}', masked_at = 1 WHERE sequence = 2", 2),
      ("UPDATE audit_entry SET code = mask_code WHERE sequence = 1", 1),
    ] {
      try await withStore(dialect) { store in
        try await written(store)
        try await store.write { tx in
          try tx.maskAudit("record_id = 1", at: Stores.clock.now)
          try tx.run(change)
        }
        #expect(try await broken(store) == Int64(line))
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `lines are found by kind, record, person and time`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await written(store)
      func count(_ change: (inout AuditQuestion) -> Void) async throws -> Int {
        var question = AuditQuestion()
        change(&question)
        let asked = question
        return try await store.read { try $0.auditEntries(asked).count }
      }
      #expect(try await count { $0.record = 1 } == 3)
      #expect(try await count { $0.actor = 7 } == 3)
      #expect(try await count { $0.actor = 0 } == 2)
      #expect(try await count { $0.noun = "decision" } == 0)
      #expect(try await count { $0.from = Stores.clock.now.adding(seconds: 1) } == 0)
      #expect(try await count { $0.until = Stores.clock.now.adding(seconds: 1) } == 5)
      #expect(try await count { $0.before = 3 } == 2)
    }
  }
}
