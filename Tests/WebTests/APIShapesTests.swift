import Foundation
import Kernel
import Testing
import Web

@Suite struct APIShapesTests {
  private enum Colour: String, Codable, CaseIterable { case red, blue }

  private struct Leaf: Encodable {
    let id: ID<Int>
    let colour: Colour
    let note: String?
    let counts: [String: Int]
    let day: Day
    let at: Instant
  }

  private struct Tree: Encodable {
    let leaves: [Leaf]
    let next: Box?
    let weight: Double
  }

  private final class Box: Encodable, Sendable {}

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSON.bytes(value), as: UTF8.self)
  }

  @Test func `a type says what its JSON looks like`() throws {
    let shapes = APIShapes()
    #expect(try json(shapes.schema(of: Tree.self)) == "{\"$ref\":\"#/components/schemas/Tree\"}")
    let tree = try #require(shapes.named["Tree"])
    #expect(tree.required == ["leaves", "weight"])
    let leaf = try #require(shapes.named["Leaf"])
    #expect(leaf.required == ["at", "colour", "counts", "day", "id"])
    let colour = try #require(leaf.properties?["colour"])
    #expect(try json(colour) == "{\"enum\":[\"red\",\"blue\"],\"type\":\"string\"}")
    #expect(leaf.properties?["day"]?.format == "date")
    #expect(leaf.properties?["counts"]?.values?.type == "integer")
    #expect(leaf.properties?["note"]?.type == "string")
    #expect(tree.properties?["leaves"]?.items?.reference == "#/components/schemas/Leaf")
  }

  @Test func `a list of optionals may hold nothing, and the same type has one name`() throws {
    let shapes = APIShapes()
    #expect(try json(shapes.schema(of: [Int?].self)).contains("\"anyOf\""))
    _ = shapes.schema(of: [Leaf].self)
    _ = shapes.schema(of: [String: Leaf].self)
    #expect(shapes.named.keys.sorted() == ["Leaf"])
  }
}
