import Customers
import Kernel
import Records
import Store

/// Takes what one import did to the records back, in a transaction, and tells the history and those who follow of it.
/// Rules pass it over: what they did stands, as it does when somebody changes a record back by hand.
struct ImportUndoing {
  let run: ID<ImportRun>
  private let tidings: ImportTidings

  init(of run: ID<ImportRun>, by actor: Actor, at now: Instant) {
    self.run = run
    tidings = ImportTidings(of: run, isQuiet: true, by: actor, at: now)
  }

  func takeBack(in tx: Transaction) throws {
    let changes = try tx.rows("SELECT noun, before FROM import_change WHERE import_id = \(run) ORDER BY sequence") {
      ChangeLog.Entry(noun: try $0("noun"), before: try $0("before"))
    }
    let brought = try ImportTidings.tables.map { try tidings.brought($0.table, in: tx) }
    let number = run.rawValue
    var told = ChangeLog()
    try restoreOwnFields(changes, &told, in: tx)
    try Purchases.undo(importID: number, changes: changes, in: tx)
    try CostDrivers.undo(importID: number, changes: changes, in: tx)
    try Observations.undo(importID: number, changes: changes, in: tx)
    try Interactions.undo(importID: number, changes: changes, told: &told, in: tx)
    try Contacts.undo(importID: number, changes: changes, told: &told, in: tx)
    try Products.undo(importID: number, changes: changes, in: tx)
    try Customers.undo(importID: number, changes: changes, told: &told, in: tx)
    for ((noun, table), before) in zip(ImportTidings.tables, brought) {
      let stayed = Set(try tidings.brought(table, in: tx))
      try tidings.announce("deleted", noun, before.filter { !stayed.contains($0) }, in: tx)
    }
    try tidings.tell(told, in: tx)
  }

  private func restoreOwnFields(
    _ changes: [ChangeLog.Entry], _ told: inout ChangeLog, in tx: Transaction
  ) throws {
    let former = try changes.filter { $0.noun == OwnFieldIntake.noun }.map {
      try $0.decoded(as: OwnFieldIntake.Former.self)
    }
    guard !former.isEmpty else { return }
    let currency = try Companies.current(in: tx)?.currency ?? .euro
    let intakes = try ImportTidings.tables.map { ($0.noun, $0.table, try OwnFieldIntake($0.noun, currency, in: tx)) }
    for one in former.reversed() {
      guard let (noun, table, own) = intakes.first(where: { $0.2.knows(one) }),
        try tx.first("SELECT id FROM \(name: table) WHERE id = \(one.record)") != nil
      else { continue }
      let now = try own.states([one], tx)
      try OwnFieldIntake.restore(one, in: tx)
      try told.edit(noun, one.record, before: now.after, after: now.before)
    }
  }
}
