import Kernel

/// One file that came in: how many rows it had and what became of each.
package struct ImportRun: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable {
    case running, finished, failed, interrupted
  }

  /// How the file was understood: told to people, and needed to mend its rows.
  package struct Shape: Sendable, Equatable, Codable {
    package var sentences: [String]?
    package var headers: [String]?
    package var separator: String?
    package var hasHeader: Bool?
  }

  package let id: ID<ImportRun>
  package let feed: ID<Feed>
  package let feedName: String
  package let job: Int64?
  package let fileName: String
  package let state: State
  /// read = loaded + merged + rejected.
  package let read: Int
  package let loaded: Int
  package let merged: Int
  package let rejected: Int
  /// Of the merged rows, those that changed what was there.
  package let corrected: Int
  /// Of the merged rows, those whose customer was there already and stayed as it was.
  package let skipped: Int
  package let batches: Int
  package let firstDay: Day?
  package let lastDay: Day?
  /// What was found out about the file.
  package let shape: Shape
  package let problem: String?
  package let by: String
  package let startedAt: Instant
  package let endedAt: Instant?
  package let undoneAt: Instant?

  package var addsUp: Bool { read == loaded + merged + rejected }
}

/// A row that was refused, kept until it is mended.
package struct ImportReject: Sendable, Equatable, Codable {
  /// The header over the reasons in a file of refused rows; such a column of a file that comes back says nothing.
  package static let reasonHeader = "refused because"

  package let line: Int
  package let part: Int
  package let field: String
  package let reason: String
  /// The row as it stood in the file.
  package let original: String
  package let repairedBy: Int64?
}

/// A standing source of files: what it brings, how its columns are read, how fresh it is.
package struct Feed: Sendable, Equatable, Codable {
  package let id: ID<Feed>
  package let source: Int64
  package let name: String
  package let subject: ImportOrder.Subject
  package let order: ImportOrder
  package let lastImport: Instant?
  package let createdAt: Instant
}
