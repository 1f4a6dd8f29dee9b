/// What is done with a row of a file whose customer or contact is there already.
package enum ArrivalPolicy: String, Sendable, Codable, CaseIterable {
  /// They stay as they are.
  case skip
  /// What the row tells stands above what was there.
  case update
  /// Only the feed's own names count; everybody else is new.
  case create
}

/// What became of the rows of a batch: each is loaded, merged or refused.
package struct ArrivalTally: Sendable {
  package var loaded = 0
  /// Rows of what was there already, those that stayed as they were among them.
  package var merged = 0
  /// Rows that changed what was there.
  package var corrected = 0
  /// Rows of what was there and stayed as it was, by the policy.
  package var skipped = 0
  package var rejects: [PurchaseMerge.Reject] = []
}
