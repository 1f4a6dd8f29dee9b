extension Migration {
  /// Every step of the schema in order. A file per step in this folder; `bin/check` compares.
  package static let all: [Migration] = [
    work, people, customers, products, purchases, costDrivers, imports, decisions, unitCosts, assumptions,
    verdicts, observations, capacityPools, forecasts, handover, segments, matrices, records,
    rights, accounts, tasks, files, contacts, programs, keeping, search, rules,
    searchDue, limits, relationships, bulkUndo, quietEvents, removedViews, searchOfWork, startScope,
  ]
}
