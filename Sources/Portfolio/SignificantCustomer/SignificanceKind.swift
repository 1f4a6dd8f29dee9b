import Kernel

/// A way in which a customer matters to the firm's future (domain F8). A customer may matter in several.
package enum SignificanceKind: String, Sendable, Codable, CaseIterable, Comparable, CodingKeyRepresentable {
  case highLifetimeValue, benchmark, inspiration, costMagnet

  /// The words on screen.
  package var word: String {
    switch self {
    case .highLifetimeValue: "High lifetime value"
    case .benchmark: "Benchmark"
    case .inspiration: "Inspiration"
    case .costMagnet: "Cost magnet"
    }
  }

  package static func < (left: SignificanceKind, right: SignificanceKind) -> Bool { left.place < right.place }

  private var place: Int { SignificanceKind.allCases.firstIndex(of: self) ?? 0 }
}

/// What a detector saw.
package struct SignificanceEvidence: Sendable, Equatable, Codable {
  package enum Signal: String, Sendable, Codable, CaseIterable {
    case lifetimeValue, equityShare, contribution
    case references, followOnLift, pageRank, prestige
    case implementedChanges, benefit, acceptedIdeas
    case absorbedShare, capacityShare, absorptionRatio, turnedNegative

    /// The words on screen.
    package var word: String {
      switch self {
      case .lifetimeValue: "lifetime value"
      case .equityShare: "share of customer equity"
      case .contribution: "contribution"
      case .references: "times named in won deals"
      case .followOnLift: "customers alike who bought the same soon after, over what was expected"
      case .pageRank: "standing among referrals"
      case .prestige: "declared prestige"
      case .implementedChanges: "implemented changes with a measured benefit"
      case .benefit: "yearly benefit of those changes"
      case .acceptedIdeas: "accepted ideas"
      case .absorbedShare: "share of fixed cost absorbed"
      case .capacityShare: "share of capacity used"
      case .absorptionRatio: "absorbed over used"
      case .turnedNegative: "customers who would turn negative without this one"
      }
    }
  }

  package let signal: Signal
  /// Money in minor units.
  package let value: Double
  package let grade: Figure.Grade

  package init(_ signal: Signal, _ value: Double, _ grade: Figure.Grade = .measured) {
    (self.signal, self.value, self.grade) = (signal, value, grade)
  }
}
