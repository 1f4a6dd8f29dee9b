import Web

/// What a page of a list looks like to programs: `RecordRows` writes it without this type.
struct RecordListShape: Encodable, Sendable, APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    let row = APISchema(type: "object", properties: ["id": .identity], required: ["id"])
    return APISchema(
      type: "object",
      properties: [
        "rows": APISchema(type: "array", items: row), "next": .orNothing(.text), "previous": .orNothing(.text),
        "total": .integer, "sums": APISchema(type: "object", values: APISchema(type: "number")),
      ], required: ["next", "previous", "rows"])
  }
}
