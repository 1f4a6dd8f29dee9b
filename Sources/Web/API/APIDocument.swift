import Kernel

/// OpenAPI 3.1, made from the table of routes and the types they answer with.
package struct APIDocument: Encodable, Sendable {
  package static let path = "/openapi.json"

  let openapi = "3.1.0"
  let info: [String: String]
  let servers = [["url": "/api/v1"]]
  let tags: [[String: String]]
  package let paths: [String: [String: APIOperation]]
  let components: Components

  /// The document as a route, which is part of it itself.
  package static func route(for routes: [Route]) -> Route {
    let document = APIDocument(routes)
    return Route(.get, path, .open, "This document.", isInAPI: true) { _ in .json(document) }
  }

  package init(_ routes: [Route]) {
    info = [
      "title": "Valuechain", "version": "1",
      "description": """
      Everything a page does, for programs. Sign in with POST /session, or make an API key, and send it as a bearer. \
      Inputs that are not named here are ignored. Moments are microseconds since 1970-01-01 UTC, days are in the \
      company's time zone.
      """,
    ]
    let shapes = APIShapes()
    var paths: [String: [String: APIOperation]] = [:]
    for route in routes where route.isInAPI {
      paths[route.path, default: [:]][route.method.rawValue.lowercased()] = APIOperation(route, shapes)
    }
    self.paths = paths
    tags = Set(routes.filter(\.isInAPI).map(\.tag)).sorted().map { ["name": $0] }
    components = Components(shapes)
  }

  struct Components: Encodable {
    let securitySchemes = [
      "session": [
        "type": "http", "scheme": "bearer", "description": "The token that POST /session answers with: vc_session_…",
      ],
      "key": ["type": "http", "scheme": "bearer", "description": "An API key: vc_key_…"],
    ]
    let schemas: [String: APISchema]

    init(_ shapes: APIShapes) {
      _ = shapes.schema(of: ProblemDetails.self)
      schemas = shapes.named
    }
  }
}

extension Route {
  /// The noun it is about, for the contents of the document.
  package var tag: String { path.split(separator: "/").first.map(String.init) ?? "start" }

  /// The same name for the same act in every version of the document.
  package var operationID: String {
    ([method.rawValue.lowercased()] + path.split(whereSeparator: { "/{}-.".contains($0) }).map(String.init))
      .joined(separator: "_")
  }
}

/// One act of the API.
package struct APIOperation: Encodable, Sendable {
  let summary: String
  let operationId: String
  let tags: [String]
  let parameters: [APIParameter]
  let requestBody: RequestBody?
  let responses: [String: Response]
  let security: [[String: [String]]]

  init(_ route: Route, _ shapes: APIShapes) {
    summary = route.summary
    operationId = route.operationID
    tags = [route.tag]
    parameters = APIParameter.all(of: route)
    requestBody = route.method == .get || route.inputs.isEmpty && !route.takesFile ? nil : RequestBody(route)
    var responses: [String: Response] = [:]
    for status in route.answer?.statuses ?? APIOperation.usual(route.method) {
      responses[String(status)] = Response(route.answer, shapes)
    }
    let problem = Response(
      "Refused: problem details of RFC 9457", "application/problem+json", shapes.schema(of: ProblemDetails.self))
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503] { responses[String(status)] = problem }
    self.responses = responses
    security =
      switch route.permission {
      case .open: []
      case .inPerson: [["session": []]]
      case .signedIn, .may: [["session": []], ["key": []]]
      }
  }

  private static func usual(_ method: Visit.Method) -> [Int] { method == .post ? [200, 201, 202] : [200] }

  struct RequestBody: Encodable {
    let content: [String: [String: APISchema]]
    let required: Bool

    init(_ route: Route) {
      if route.takesFile {
        let file = APISchema(type: "string", format: "binary")
        content = ["text/csv": ["schema": file], "application/gzip": ["schema": file]]
        required = true
        return
      }
      let properties = route.inputs.map { ($0.name, APISchema($0, inQuery: false)) }
      let needed = route.inputs.filter(\.isRequired).map(\.name)
      let schema = APISchema(
        type: "object", properties: Dictionary(properties, uniquingKeysWith: { first, _ in first }),
        required: needed.isEmpty ? nil : needed)
      content = ["application/json": ["schema": schema]]
      required = !needed.isEmpty
    }
  }

  struct Response: Encodable {
    let description: String
    let content: [String: [String: APISchema]]

    init(_ answer: Route.AnswerShape?, _ shapes: APIShapes) {
      switch answer?.kind {
      case .json(let type): self.init("Done", "application/json", shapes.schema(of: type))
      case .either(let type, let other):
        self.init("Done", "application/json", APISchema(any: [shapes.schema(of: type), shapes.schema(of: other)]))
      case .file(let type): self.init("A file", type, APISchema(type: "string", format: "binary"))
      case nil: self.init("Done", "application/json", .anything)
      }
    }

    init(_ description: String, _ media: String, _ schema: APISchema) {
      self.description = description
      content = [media: ["schema": schema]]
    }
  }
}

/// A value in the path, the query or a header.
struct APIParameter: Encodable {
  let name: String
  let place: String
  let required: Bool
  let description: String
  let schema: APISchema

  static func all(of route: Route) -> [APIParameter] {
    let inPath = route.segments.compactMap { segment -> APIParameter? in
      guard case .variable(let name) = segment else { return nil }
      let schema = route.words[name].map { APISchema(type: "string", words: $0) } ?? .identity
      return APIParameter(name: name, place: "path", required: true, description: "Which one", schema: schema)
    }
    let inQuery = route.method == .get || route.takesFile ? route.inputs : []
    return inPath
      + inQuery.map {
        APIParameter(
          name: $0.name, place: "query", required: $0.isRequired, description: $0.words,
          schema: APISchema($0, inQuery: true))
      } + headers(of: route)
  }

  private static func headers(of route: Route) -> [APIParameter] {
    if route.method == .post, route.permission != .open {
      return [
        APIParameter(
          name: "Idempotency-Key", place: "header", required: false,
          description: "A random text; for seven days the same request with it is answered and not done again",
          schema: APISchema(type: "string", pattern: "^[A-Za-z0-9-]{1,64}$"))
      ]
    }
    guard route.inputs.contains(where: { $0.name == "version" }), route.method != .get else { return [] }
    return [
      APIParameter(
        name: "If-Match", place: "header", required: false, description: "The ETag of the version that is changed",
        schema: APISchema(type: "string", pattern: "^\"[1-9][0-9]{0,9}\"$"))
    ]
  }

  enum CodingKeys: String, CodingKey {
    case name
    case place = "in"
    case required, description, schema
  }
}

extension APISchema {
  /// A form sends words, so a flag in a query is `1` or nothing.
  convenience init(_ input: Route.Input, inQuery: Bool) {
    let choices = input.choices.isEmpty ? nil : input.choices
    switch input.kind {
    case .text:
      self.init(
        type: "string", choices: choices.map { input.isRequired ? $0 : $0 + [""] }, words: inQuery ? nil : input.words)
    case .integer:
      self.init(
        type: "integer", format: "int64", minimum: input.range?.lowerBound, maximum: input.range?.upperBound,
        words: inQuery ? nil : input.words)
    case .number: self.init(type: "number", words: inQuery ? nil : input.words)
    case .day: self.init(type: "string", format: "date", words: inQuery ? nil : input.words)
    case .flag where inQuery: self.init(type: "string", choices: ["1", ""])
    case .flag: self.init(type: "boolean", words: input.words)
    case .map: self.init(type: "object", words: input.words)
    case .list: self.init(type: "array", items: APISchema(type: "string", choices: choices), words: input.words)
    case .objects: self.init(type: "array", items: APISchema(type: "object"), words: input.words)
    case .file: self.init(type: "string", format: "binary")
    }
  }
}

extension ProblemDetails: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(
      type: "object",
      properties: [
        "type": .text, "title": .text, "status": .integer, "detail": .text, "field": .text, "mend": .text,
        "facts": APISchema(type: "object", values: .text), "requestID": .text,
      ], required: ["type", "title", "status", "detail", "facts", "requestID"])
  }
}

extension Figure.Unit: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .text }
}
