import Kernel

/// Where lines were put, or whom a removal took away, kept under a name by a person.
package struct SavedScenario: Sendable, Equatable, Codable {
  /// What it is a scenario of.
  package enum Subject: Sendable, Hashable, RawRepresentable, Codable, CaseIterable {
    case matrix(MatrixKind)
    case fixedCost

    package static var allCases: [Subject] { MatrixKind.allCases.map { .matrix($0) } + [.fixedCost] }

    package init?(rawValue: String) {
      if rawValue == "fixed-cost" {
        self = .fixedCost
      } else if let kind = MatrixKind(rawValue: rawValue) {
        self = .matrix(kind)
      } else {
        return nil
      }
    }

    package var rawValue: String {
      switch self {
      case .matrix(let kind): kind.rawValue
      case .fixedCost: "fixed-cost"
      }
    }

    package var title: String {
      switch self {
      case .matrix(let kind): kind.title
      case .fixedCost: "Fixed cost"
      }
    }

    package var path: String {
      switch self {
      case .matrix(let kind): kind.path
      case .fixedCost: "/portfolio/fixed-cost"
      }
    }
  }

  /// One parameter of the address that shows it.
  package struct Setting: Sendable, Equatable, Codable {
    package let name: String
    package let value: String
  }

  package let id: ID<SavedScenario>
  package let subject: Subject
  package let name: String
  package let settings: [Setting]
  package let by: String
  package let at: Instant

  package var parameters: [(String, String)] { settings.map { ($0.name, $0.value) } }

  /// What it sets, in words.
  package var words: String {
    guard !settings.isEmpty else { return "lines where they stand by themselves" }
    return settings.map { setting in
      let title = MatrixLine(rawValue: setting.name)?.title.lowercased()
      return switch setting.name {
      case "top": "without the \(setting.value) largest"
      case "fifths": "without the best \(setting.value) fifths"
      case "customer": "without customer \(setting.value)"
      case "by": "by \(setting.value)"
      default: "\(title ?? setting.name) \(setting.value)"
      }
    }.joined(separator: ", ")
  }
}
