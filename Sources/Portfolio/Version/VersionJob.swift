import Foundation
import Kernel
import Store

/// Freezes the portfolio when a month has begun, if anything changed since the last version.
package struct VersionJob: Sendable {
  package static let kind = "portfolio-freeze"
  static let actor = Actor(user: nil, name: "monthly freeze", grants: Actor.everything)

  struct Arguments: Codable {
    let month: Day
  }

  struct Result: Encodable {
    let frozen: Bool
    let version: Int64?
  }

  let versions: Versions

  package init(_ versions: Versions) { self.versions = versions }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let month = try VersionText.read(job.arguments, as: Arguments.self).month
    let nothing = try VersionText.of(Result(frozen: false, version: nil))
    // After an interruption the version may be there already.
    guard try await !versions.isFrozen(month), try await versions.hasNews() else { return nothing }
    do {
      let made = try await versions.freeze(month: month, by: Self.actor)
      try await progress.report(Int64(made.customers), of: Int64(made.customers), "Every customer is written down.")
      return try VersionText.of(Result(frozen: true, version: made.id.rawValue))
    } catch let problem as Problem where problem.kind == .conflict {
      return nothing
    }
  }
}
