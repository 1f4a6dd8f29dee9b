import Foundation
import Kernel

/// What one field says about whether two records are of the same party.
///
/// Weights are those of Fellegi and Sunter (A Theory for Record Linkage, JASA 64 (1969), 1183–1210): the logarithm to
/// base 2 of how often the two fields agree so in records of one party (m), over how often they do in records of two (u).
/// Both are fixed; where they come from is told in docs/models/duplicates.md.
package struct DuplicateEvidence: Sendable, Equatable, Codable {
  package enum Level: String, Sendable, Codable, CaseIterable {
    case same, near, sound, part, different
  }

  /// The field as the noun's catalogue calls it.
  package let field: String
  package let level: Level
  /// In bits; negative speaks against.
  package let weight: Double

  init(_ field: String, _ level: Level, _ weight: Double) {
    self.field = field
    self.level = level
    self.weight = weight
  }

  /// The weight of a pair about which nothing is known: one of some four thousand that share a block is of one
  /// party.
  package static let prior = -12.0

  /// From which weight on two records are taken for one: 0 is as likely as not.
  package static let likely = 0.0
  /// From which weight on somebody who types is told.
  package static let worthTelling = -7.0

  package static func total(_ evidence: [DuplicateEvidence]) -> Double {
    evidence.reduce(prior) { $0 + $1.weight }
  }

  /// How likely a weight makes it that two records are of the same party.
  package static func probability(_ weight: Double) -> Double {
    weight > 60 ? 1 : weight < -60 ? 0 : 1 / (1 + 1 / exp2(weight))
  }

  /// How often each level is met in pairs of one party, and in pairs of two.
  struct Chances {
    let same: (m: Double, u: Double)
    let near: (m: Double, u: Double)
    let sound: (m: Double, u: Double)
    let part: (m: Double, u: Double)
    let different: (m: Double, u: Double)

    func weight(_ level: Level) -> Double {
      let (m, u) =
        switch level {
        case .same: same
        case .near: near
        case .sound: sound
        case .part: part
        case .different: different
        }
      return log2(m / u)
    }
  }

  static let name = Chances(
    same: (0.75, 0.0003), near: (0.16, 0.0004), sound: (0.03, 0.0005), part: (0.012, 0.012), different: (0.048, 0.9868))
  static let email = Chances(
    same: (0.82, 0.00005), near: (0.09, 0.0002), sound: (0.01, 0.001), part: (0.03, 0.002), different: (0.06, 0.997))
  static let phone = Chances(
    same: (0.85, 0.0004), near: (0.07, 0.0004), sound: (0.01, 0.001), part: (0.01, 0.001), different: (0.08, 0.9985))
  static let postalCode = Chances(
    same: (0.78, 0.003), near: (0.08, 0.004), sound: (0.01, 0.001), part: (0.06, 0.04), different: (0.08, 0.953))
  static let city = Chances(
    same: (0.88, 0.04), near: (0.02, 0.002), sound: (0.01, 0.001), part: (0.01, 0.001), different: (0.08, 0.957))
  static let street = Chances(
    same: (0.7, 0.0005), near: (0.12, 0.001), sound: (0.01, 0.001), part: (0.08, 0.01), different: (0.1, 0.989))
  static let site = Chances(
    same: (0.6, 0.003), near: (0.01, 0.001), sound: (0.01, 0.001), part: (0.01, 0.001), different: (0.39, 0.997))
  static let birthday = Chances(
    same: (0.92, 0.0001), near: (0.03, 0.002), sound: (0.01, 0.001), part: (0.01, 0.001), different: (0.05, 0.998))
  static let key = Chances(
    same: (0.5, 0.00002), near: (0.01, 0.001), sound: (0.01, 0.001), part: (0.01, 0.001), different: (0.5, 0.5))
}
