import Analytics
import Distributor
import Foundation
import Testing

@Suite struct DrawTests {
  @Test func `the company's own logarithm and exponential are right`() {
    for step in 1..<4_000 {
      let x = Double(step) * 0.00073
      #expect(abs(Elementary.log(x) - Foundation.log(x)) < 1e-13 * max(1, abs(Foundation.log(x))))
      let y = Double(step - 2_000) * 0.02
      #expect(abs(Elementary.exp(y) / Foundation.exp(y) - 1) < 1e-13)
    }
  }

  @Test func `draws follow their distributions`() {
    var draw = Draw(seed: 5, .orders)
    let count = 40_000
    let normals = (0..<count).map { _ in draw.normal() }
    let mean = normals.reduce(0, +) / Double(count)
    let variance = normals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03)
    let waits = (0..<count).reduce(0.0) { sum, _ in sum + draw.wait(regularity: 5) } / Double(count)
    #expect(abs(waits - 1) < 0.01)
    let counts = (0..<count).reduce(0) { sum, _ in sum + draw.count(mean: 2.3) }
    #expect(abs(Double(counts) / Double(count) - 2.3) < 0.02)
    #expect(Set((0..<1_000).map { _ in draw.whole(3...7) }) == [3, 4, 5, 6, 7])
  }

  @Test func `streams of different purposes, parts and attempts differ`() {
    var first: Set<Double> = []
    for purpose in [Draw.Purpose.names, .orders, .visits] {
      for part in 0..<20 {
        for attempt in 0..<20 {
          var draw = Draw(seed: 9, purpose, part: part, attempt: attempt)
          first.insert(draw.uniform())
        }
      }
    }
    #expect(first.count == 1_200)
  }
}
