import Kernel

/// OpenAPI 3.1, made from the table of routes.
package struct APIDocument: Encodable, Sendable {
  let openapi = "3.1.0"
  let info: [String: String]
  let servers = [["url": "/api/v1"]]
  let paths: [String: [String: Operation]]
  let components: Components

  package static func route(for routes: [Route]) -> Route {
    let document = APIDocument(routes)
    return Route(.get, "/openapi.json", .open, "This document.") { _ in .json(document) }
  }

  init(_ routes: [Route]) {
    info = [
      "title": "Valuechain", "version": "1",
      "description": "Everything a page does, for programs. Sign in with POST /session and send the token as a bearer.",
    ]
    var paths: [String: [String: Operation]] = [:]
    for route in routes where route.isInAPI {
      paths[route.path, default: [:]][route.method.rawValue.lowercased()] = Operation(route)
    }
    self.paths = paths
    components = Components()
  }

  struct Operation: Encodable {
    let summary: String
    let operationId: String
    let parameters: [Parameter]
    let requestBody: RequestBody?
    let responses: [String: Response]
    let security: [[String: [String]]]

    init(_ route: Route) {
      summary = route.summary
      operationId =
        ([route.method.rawValue.lowercased()]
        + route.path.split(whereSeparator: { "/{}-.".contains($0) }).map(String.init)).joined(separator: "_")
      let inPath = route.segments.compactMap { segment -> Parameter? in
        guard case .variable(let name) = segment else { return nil }
        return Parameter(name: name, place: "path", required: true, description: "The identity", schema: .identity)
      }
      let isQuery = route.method == .get
      parameters = inPath + (isQuery || route.takesFile ? route.inputs.map { Parameter($0) } : [])
      requestBody = isQuery ? nil : RequestBody(route)
      var responses = [route.method == .post ? "201" : "200": Response(description: "Done")]
      if route.method == .post { responses["200"] = Response(description: "Done") }
      for status in [400, 401, 403, 404, 409, 413, 415, 422, 429, 503] {
        responses[String(status)] = Response(description: "Refused: problem details of RFC 9457", isProblem: true)
      }
      self.responses = responses
      security = route.permission == .open ? [] : [["session": []]]
    }
  }

  struct Parameter: Encodable {
    let name: String
    let place: String
    let required: Bool
    let description: String
    let schema: Schema

    init(name: String, place: String, required: Bool, description: String, schema: Schema) {
      self.name = name
      self.place = place
      self.required = required
      self.description = description
      self.schema = schema
    }

    init(_ input: Route.Input) {
      self.init(
        name: input.name, place: "query", required: false, description: input.words, schema: Schema(input))
    }

    enum CodingKeys: String, CodingKey {
      case name
      case place = "in"
      case required, description, schema
    }
  }

  final class Schema: Encodable, Sendable {
    let type: String
    let format: String?
    let choices: [String]?
    let minimum: Int?
    let properties: [String: Schema]?
    let required: [String]?

    init(
      type: String, format: String? = nil, choices: [String]? = nil, minimum: Int? = nil,
      properties: [String: Schema]? = nil, required: [String]? = nil
    ) {
      self.type = type
      self.format = format
      self.choices = choices
      self.minimum = minimum
      self.properties = properties
      self.required = required
    }

    static let identity = Schema(type: "integer", format: "int64", minimum: 1)

    convenience init(_ input: Route.Input) {
      let choices = input.choices.isEmpty ? nil : input.choices
      switch input.kind {
      case .text: self.init(type: "string", choices: choices)
      case .integer: self.init(type: "integer", format: "int64")
      case .number: self.init(type: "number")
      case .day: self.init(type: "string", format: "date")
      case .flag: self.init(type: "boolean")
      case .map: self.init(type: "object")
      case .file: self.init(type: "string", format: "binary")
      }
    }

    enum CodingKeys: String, CodingKey {
      case type, format
      case choices = "enum"
      case minimum, properties, required
    }
  }

  struct RequestBody: Encodable {
    let content: [String: [String: Schema]]

    init(_ route: Route) {
      if route.takesFile {
        let file = Schema(type: "string", format: "binary")
        content = ["text/csv": ["schema": file], "application/gzip": ["schema": file]]
        return
      }
      let properties = route.inputs.map { ($0.name, Schema($0)) }
      let schema = Schema(
        type: "object", properties: Dictionary(properties, uniquingKeysWith: { first, _ in first }),
        required: route.inputs.filter(\.isRequired).map(\.name))
      content = ["application/json": ["schema": schema]]
    }
  }

  struct Response: Encodable {
    let description: String
    let content: [String: [String: [String: String]]]

    init(description: String, isProblem: Bool = false) {
      self.description = description
      content =
        isProblem
        ? ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]]
        : ["application/json": ["schema": [:]]]
    }
  }

  struct Components: Encodable {
    let securitySchemes = ["session": ["type": "http", "scheme": "bearer"]]
    let schemas = [
      "Problem": Schema(
        type: "object",
        properties: [
          "type": Schema(type: "string"), "title": Schema(type: "string"), "status": Schema(type: "integer"),
          "detail": Schema(type: "string"), "field": Schema(type: "string"), "mend": Schema(type: "string"),
          "facts": Schema(type: "object"), "requestID": Schema(type: "string"),
        ], required: ["type", "title", "status", "detail", "requestID"])
    ]
  }
}
