import Kernel
import Store
import Web

/// The audit chain: who did what, and whether the chain is whole.
struct AuditRoutes: Sendable {
  let database: Database

  init(_ database: Database) { self.database = database }

  var routes: [Route] {
    [
      Route(
        .get, "/audit", .may(.see, .audit), "The audit chain, newest first.", answer: .of([String: [AuditEntry]].self),
        inputs: [.init("before", "Lines before this number", .integer)]
      ) { visit in
        let before = try visit.query.integer("before", in: 1...Int64.max)
        let seesAll = visit.actor.seesPersonalData && visit.actor.fields.isEmpty
        let entries = try await database.read { try $0.auditEntries(before: before) }
          .map { seesAll ? $0 : $0.withoutDetail }
        return .both(visit, json: ["rows": entries]) { AuditPage(entries: entries, visit: visit).html }
      },
      Route(
        .get, "/audit/verification", .may(.see, .audit), "Walks the whole chain and says whether it is whole.",
        answer: .of(Verification.self)
      ) {
        visit in
        let broken = try await database.read { try $0.firstBrokenAuditEntry() }
        return .both(visit, json: Verification(firstBroken: broken)) {
          AuditPage(entries: [], visit: visit, verified: .some(broken)).html
        }
      },
    ]
  }

  struct Verification: Encodable, Sendable {
    let isWhole: Bool
    let firstBroken: Int64?
    init(firstBroken: Int64?) {
      isWhole = firstBroken == nil
      self.firstBroken = firstBroken
    }
  }
}

/// The lines of the audit chain.
struct AuditPage {
  let entries: [AuditEntry]
  let visit: Visit
  var verified: Int64??

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Audit", path: "/audit", viewer: viewer,
      lead: "Every change and every refused sign-in, each line sealed with the one before it.",
      actions: LinkButton("Check the chain", "/audit/verification", icon: "shield-check").html,
      body: "\(verdict)\(when: verified == nil, table.html)")
  }

  private var verdict: HTML {
    guard let verified else { return HTML() }
    let back = LinkButton("Back to the lines", "/audit").html
    guard let broken = verified else {
      return EmptyState(
        "The chain is whole", reason: "No line was changed, removed or reordered.", icon: "shield-check", action: back
      ).html
    }
    return EmptyState(
      "Line \(broken) is not as it was written", reason: "Someone changed, removed or reordered lines from there on.",
      icon: "shield-x", action: back
    ).html
  }

  private var table: ListTable<AuditEntry> {
    let viewer = visit.viewer
    return ListTable(
      "The newest \(entries.count)", rows: entries,
      columns: [
        .init("When", onCard: .title) { viewer.time($0.at) }, .init("Who", onCard: .fact) { "\($0.actorName)" },
        .init("What", onCard: .fact) { "\($0.verb) \($0.noun)\($0.record.map { " \($0)" })" },
        .init("Line", isNumber: true) { "\($0.sequence)" },
      ],
      state: ListState(path: "/audit"),
      empty: EmptyState("Nothing happened yet", reason: "The first change will stand here.", icon: "shield-check"))
  }
}
