import Foundation
import Kernel
import Store

// Taking back.
extension BulkRuns {
  /// Takes an act back, or what a cancelled one did until then: every field as it was, unless somebody changed it since.
  package func undo(_ id: ID<BulkRun>, in setting: ListSetting, by actor: Actor) async throws -> BulkRun {
    let now = clock.now
    try await database.write { tx in
      _ = try tx.first("SELECT id FROM bulk_run WHERE id = \(id) " + .lockingRows(in: tx.dialect)) { _ in true }
      let run = try find(id, for: actor, in: tx)
      guard run.isUndoable else { throw BulkRuns.notUndoable(run) }
      let order = BulkOrder(
        run: id.rawValue, noun: run.noun, act: "undo", changes: [:], records: [], query: nil, today: setting.today,
        zone: setting.zone.identifier, undoes: id.rawValue, asker: KeptActor(actor))
      let job =
        run.records <= BulkAct.atOnce
        ? nil : try jobs.enqueue(BulkRuns.kind, title: "Take back: \(run.act)", arguments: order, by: actor, in: tx)
      try tx.run(
        """
        UPDATE bulk_run SET undone_at = \(now), undo_job_id = \(job), restored = 0, outdated = 0 WHERE id = \(id)
        """)
      if job == nil { try takeBack(order, after: 0, limit: BulkAct.atOnce, by: actor, in: tx) }
      try tx.audit(
        "take back", try catalogues.named(run.noun).noun, nil, detail: ["run": "\(id)", "act": run.act], by: actor,
        at: now)
    }
    return try await find(id, for: actor)
  }

  private static func notUndoable(_ run: BulkRun) -> Problem {
    switch run.state {
    case .open: Problem(.conflict, "This act is not over yet.", mend: "Cancel it, or wait for its end.")
    case .undoing, .undone: Problem(.conflict, "This act is taken back already.", mend: "Look at it again.")
    case .done, .stopped, .undoingStopped: Problem(.conflict, "This act changed nothing.", mend: "Leave it.")
    }
  }

  /// One batch of taking back.
  /// - Returns: where it got to; nil when nothing was left.
  @discardableResult
  func takeBack(
    _ order: BulkOrder, after place: Int64, limit: Int, by actor: Actor, in tx: Transaction
  ) throws -> (place: Int64, count: Int)? {
    let act = try tx.value("SELECT act FROM bulk_run WHERE id = \(order.run)", as: String.self)
    let rows = try tx.rows(
      """
      SELECT record_id, before, after FROM bulk_change WHERE run_id = \(order.run) AND record_id > \(place)
      ORDER BY record_id LIMIT \(limit)
      """
    ) { (id: try $0(0, as: Int64.self), before: try $0(1, as: String.self), after: try $0(2, as: String?.self)) }
    guard let act, let last = rows.last else { return nil }
    let catalogue = try changes.customFields.whole(try catalogues.named(order.noun), in: tx)
    let now = clock.now
    var restored = 0
    for row in rows {
      do {
        switch act {
        case "bin": try catalogue.restore?(row.id, actor, now, tx)
        case "restore": try catalogue.bin?(row.id, actor, now, tx)
        default:
          let (before, after) = (try BulkRuns.values(row.before), try row.after.map(BulkRuns.values))
          let isWhole = try putBack(
            before, after, act == "tag", to: row.id, of: catalogue, by: actor, at: now, in: tx)
          if !isWhole { continue }
        }
        restored += 1
      } catch let problem as Problem where [.notFound, .notAllowed, .invalid, .conflict].contains(problem.kind) {
        continue
      }
    }
    try tx.run(
      """
      UPDATE bulk_run SET restored = restored + \(restored), outdated = outdated + \(rows.count - restored)
      WHERE id = \(order.run)
      """)
    return (last.id, rows.count)
  }

  /// Puts the fields back that still hold what the act set.
  /// - Parameters:
  ///   - after: what they held after the act; nil for acts of a program that did not keep it.
  ///   - addsOne: whether the act added one more tag: then that one goes, and those that came since stay.
  /// - Returns: whether the record is as it was, as far as the act goes.
  private func putBack(
    _ before: [String: String], _ after: [String: String]?, _ addsOne: Bool, to record: Int64, of catalogue: Catalogue,
    by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Bool {
    let held = try changes.values(
      of: catalogue.fields.filter { before[$0.name] != nil }, record, catalogue, in: tx)
    var back: [String: String] = [:]
    var isWhole = true
    for (name, former) in before {
      guard let current = held[name] else { throw Problem(.notFound, "There is no such \(catalogue.word).") }
      let set = after?[name] ?? current
      if addsOne {
        let added = Set(FieldValue.split(set)).subtracting(FieldValue.split(former))
        let left = FieldValue.split(current).filter { !added.contains($0) }
        if left != FieldValue.split(current) { back[name] = FieldValue.joined(left) }
      } else if current != set {
        isWhole = isWhole && current == former
      } else if current != former {
        back[name] = former
      }
    }
    if !back.isEmpty { try changes.apply(back, to: record, of: catalogue, by: actor, at: now, in: tx) }
    return isWhole
  }

  private static func values(_ text: String) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }
}
