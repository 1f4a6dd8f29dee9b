import Kernel

/// Records in memory, so that whoever comes is compared with those that may be the same, and with nobody else.
///
/// Takes some 400 bytes a record. Not for several tasks at once.
package struct DuplicateIndex {
  /// Who was found for a record.
  package struct Match: Sendable {
    package let id: Int64
    package let weight: Double
    package let evidence: [DuplicateEvidence]
  }

  private var profiles: [DuplicateProfile] = []
  private var blocks: [UInt64: [Int32]] = [:]
  /// The turn in which each record was compared last: a pair that shares several blocks is compared once.
  private var turns: [Int32] = []
  private var turn: Int32 = 0
  /// What more records share than this is no sign of one party.
  private let mostInBlock: Int

  package init(mostInBlock: Int = 60) { self.mostInBlock = mostInBlock }

  package var count: Int { profiles.count }

  package mutating func add(_ profile: DuplicateProfile) {
    add(profile, profile.blocks)
  }

  private mutating func add(_ profile: DuplicateProfile, _ keys: [UInt64]) {
    let place = Int32(clamping: profiles.count)
    profiles.append(profile)
    turns.append(0)
    for key in keys { blocks[key, default: []].append(place) }
  }

  /// The records that may be the same as one, best first.
  /// - Parameter least: the weight from which on they count.
  package mutating func matches(
    _ profile: DuplicateProfile, least: Double = DuplicateEvidence.likely
  ) -> [Match] {
    matches(profile, profile.blocks, least)
  }

  /// Compares one with those before it, then adds it.
  package mutating func matchesThenAdd(
    _ profile: DuplicateProfile, least: Double = DuplicateEvidence.likely
  ) -> [Match] {
    let keys = profile.blocks
    let found = matches(profile, keys, least)
    add(profile, keys)
    return found
  }

  private mutating func matches(_ profile: DuplicateProfile, _ keys: [UInt64], _ least: Double) -> [Match] {
    turn &+= 1
    var found: [Match] = []
    for key in keys {
      guard let members = blocks[key], members.count <= mostInBlock else { continue }
      for member in members {
        let place = Int(member)
        guard turns[place] != turn else { continue }
        turns[place] = turn
        let other = profiles[place]
        guard other.id != profile.id else { continue }
        let evidence = DuplicateComparison.evidence(profile, other)
        let weight = DuplicateEvidence.total(evidence)
        if weight >= least { found.append(Match(id: other.id, weight: weight, evidence: evidence)) }
      }
    }
    return found.sorted { ($0.weight, $1.id) > ($1.weight, $0.id) }
  }
}
