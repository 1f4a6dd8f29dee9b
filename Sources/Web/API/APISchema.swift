/// A JSON schema, as far as the description of the API needs one.
package final class APISchema: Encodable, Sendable {
  package let type: String?
  package let format: String?
  package let choices: [String]?
  package let minimum: Int64?
  package let maximum: Int64?
  package let properties: [String: APISchema]?
  package let required: [String]?
  package let items: APISchema?
  /// What the values of a map look like.
  package let values: APISchema?
  package let reference: String?
  package let any: [APISchema]?
  package let words: String?
  let pattern: String?

  package init(
    type: String? = nil, format: String? = nil, choices: [String]? = nil, minimum: Int64? = nil, maximum: Int64? = nil,
    properties: [String: APISchema]? = nil, required: [String]? = nil, items: APISchema? = nil,
    values: APISchema? = nil, reference: String? = nil, any: [APISchema]? = nil, pattern: String? = nil,
    words: String? = nil
  ) {
    self.type = type
    self.format = format
    self.choices = choices
    self.minimum = minimum
    self.maximum = maximum
    self.properties = properties
    self.required = required
    self.items = items
    self.values = values
    self.reference = reference
    self.any = any
    self.pattern = pattern
    self.words = words
  }

  package static let anything = APISchema()
  package static let text = APISchema(type: "string")
  package static let integer = APISchema(type: "integer", format: "int64")
  package static let number = APISchema(type: "number")
  package static let flag = APISchema(type: "boolean")
  package static let nothing = APISchema(type: "null")
  package static let identity = APISchema(type: "integer", format: "int64", minimum: 1)
  package static let day = APISchema(type: "string", format: "date")
  /// Whole microseconds since 1970.
  package static let instant = APISchema(type: "integer", format: "int64")

  package static func orNothing(_ schema: APISchema) -> APISchema { APISchema(any: [schema, .nothing]) }

  enum CodingKeys: String, CodingKey {
    case type, format, minimum, maximum, properties, required, items, pattern
    case choices = "enum"
    case values = "additionalProperties"
    case reference = "$ref"
    case any = "anyOf"
    case words = "description"
  }
}
