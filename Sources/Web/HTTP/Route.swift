import Kernel

/// One address of the product and what it does. The table of routes drives the router, the rights and the API document.
package struct Route: Sendable {
  package typealias Action = @Sendable (Visit) async throws -> Answer

  /// What an actor needs to come here. There is no route without one.
  package enum Permission: Sendable, Equatable {
    /// Everybody, signed in or not.
    case open
    /// Everybody who is signed in.
    case signedIn
    /// Everybody who is signed in themselves: not with a key, which could otherwise make itself another.
    case inPerson
    case may(Actor.Verb, Actor.Noun)

    /// Taking much away at once is limited by itself.
    var rate: Rate? { if case .may(.export, _) = self { .export } else { nil } }
  }

  /// A value the action takes, for the API document.
  package struct Input: Sendable {
    package enum Kind: String, Sendable {
      case text, integer, number, day, flag, map, file
      /// Several texts.
      case list
      /// Several objects.
      case objects
    }
    package let name: String
    package let kind: Kind
    package let isRequired: Bool
    package let words: String
    package let choices: [String]
    /// The least and the most a whole number may be.
    package let range: ClosedRange<Int64>?

    package init(
      _ name: String, _ words: String, _ kind: Kind = .text, required: Bool = false, choices: [String] = [],
      in range: ClosedRange<Int64>? = nil
    ) {
      self.name = name
      self.kind = kind
      isRequired = required
      self.words = words
      self.choices = choices
      self.range = range
    }
  }

  /// What a program gets when all went well.
  package struct AnswerShape: Sendable {
    enum Kind: Sendable {
      case json(any (Encodable & Sendable).Type)
      case either(any (Encodable & Sendable).Type, any (Encodable & Sendable).Type)
      case file(String)
    }

    let kind: Kind
    let statuses: [Int]?

    /// JSON of a type.
    package static func of(_ type: any (Encodable & Sendable).Type, _ statuses: Int...) -> AnswerShape {
      AnswerShape(kind: .json(type), statuses: statuses.isEmpty ? nil : statuses)
    }

    /// JSON of one type, or of another where there is nothing to answer with.
    package static func of(
      _ type: any (Encodable & Sendable).Type, or other: any (Encodable & Sendable).Type, _ statuses: Int...
    ) -> AnswerShape { AnswerShape(kind: .either(type, other), statuses: statuses.isEmpty ? [200] : statuses) }

    /// A file of a media type.
    package static func file(_ type: String) -> AnswerShape { AnswerShape(kind: .file(type), statuses: [200]) }
  }

  package let method: Visit.Method
  /// Segments; one in braces is a variable: `/customers/{id}`.
  package let path: String
  package let permission: Permission
  /// What it does, in a sentence for the API document.
  package let summary: String
  package let inputs: [Input]
  package let answer: AnswerShape?
  /// What the variables of the path are that are no identities.
  package let words: [String: String]
  /// The largest body, in bytes.
  package let limit: Int
  /// Whether a file may be sent along or as the body.
  package let takesFile: Bool
  /// The largest file, in bytes.
  package let fileLimit: Int64
  /// Whether forms of other sites may be sent here.
  package let takesForeignForms: Bool
  /// Whether a program can call it too; false for what only makes sense in a browser.
  package let isInAPI: Bool
  /// How often one caller may come here; nil for the limit of the whole API.
  package let rate: Rate?
  package let action: Action

  let segments: [Segment]

  enum Segment: Sendable, Equatable {
    case fixed(String)
    case variable(String)
  }

  package init(
    _ method: Visit.Method, _ path: String, _ permission: Permission, _ summary: String,
    answer: AnswerShape? = nil, inputs: [Input] = [], words: [String: String] = [:], limit: Int = 1 << 20,
    takesFile: Bool = false, fileLimit: Int64 = 20 << 30, takesForeignForms: Bool = false, isInAPI: Bool = true,
    rate: Rate? = nil,
    action: @escaping Action
  ) {
    self.method = method
    self.path = path
    self.permission = permission
    self.summary = summary
    self.answer = answer
    self.inputs = inputs
    self.words = words
    self.limit = limit
    self.takesFile = takesFile
    self.fileLimit = fileLimit
    self.takesForeignForms = takesForeignForms
    self.isInAPI = isInAPI
    self.rate = rate ?? permission.rate
    self.action = action
    segments = path.split(separator: "/").map { part in
      part.hasPrefix("{") && part.hasSuffix("}") ? .variable(String(part.dropFirst().dropLast())) : .fixed(String(part))
    }
  }
}

/// All routes of the product.
package struct RouteTable: Sendable {
  package let routes: [Route]
  private let bySize: [Int: [Route]]

  /// - Throws: `Problem` when two routes have the same address and method.
  package init(_ routes: [Route]) throws {
    var seen: Set<String> = []
    for route in routes where !seen.insert(RouteTable.shape(route)).inserted {
      throw Problem(.conflict, field: route.path, "Two routes have the address \(route.method.rawValue) \(route.path).")
    }
    self.routes = routes
    // Fixed segments win over variables: `/customers/new` before `/customers/{id}`.
    let ranked = routes.sorted { left, right in left.variables < right.variables }
    bySize = Dictionary(grouping: ranked, by: \.segments.count)
  }

  package enum Match {
    case found(Route, [String: String])
    /// The address is known, the method is not.
    case wrongMethod([Visit.Method])
    case none
  }

  /// Finds the route of a decoded path that is split at its slashes.
  package func match(_ method: Visit.Method, _ parts: [String]) -> Match {
    var others: [Visit.Method] = []
    for route in bySize[parts.count] ?? [] {
      guard let parameters = route.parameters(in: parts) else { continue }
      if route.method == method { return .found(route, parameters) }
      others.append(route.method)
    }
    return others.isEmpty ? .none : .wrongMethod(others)
  }

  private static func shape(_ route: Route) -> String {
    route.method.rawValue + " "
      + route.segments.map { segment in
        switch segment {
        case .fixed(let text): text
        case .variable: "{}"
        }
      }.joined(separator: "/")
  }
}

extension Route {
  fileprivate var variables: Int { segments.filter { if case .variable = $0 { true } else { false } }.count }

  fileprivate func parameters(in parts: [String]) -> [String: String]? {
    var found: [String: String] = [:]
    for (segment, part) in zip(segments, parts) {
      switch segment {
      case .fixed(let text): if text != part { return nil }
      case .variable(let name): found[name] = part
      }
    }
    return found
  }
}
