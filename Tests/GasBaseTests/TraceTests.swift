import Foundation
import XCTest

@testable import GasBase

final class TraceTests: XCTestCase {
  private struct File: Decodable {
    struct Event: Decodable {
      var name: String
      var ph: String
      var tid: Int
      var ts: Double?
      var dur: Double?
      var args: [String: String]?
    }
    var traceEvents: [Event]
  }

  private func events(_ trace: Trace) throws -> (lanes: [Int: String], spans: [File.Event]) {
    let events = try JSONDecoder().decode(File.self, from: trace.chromeJSON()).traceEvents
    let lanes = events.filter { $0.ph == "M" }.map { ($0.tid, $0.args?["name"] ?? "") }
    return (Dictionary(uniqueKeysWithValues: lanes), events.filter { $0.ph == "X" })
  }

  func testItsFilesAreKnownByTheirBeginning() throws {
    for trace in [Trace(), Trace(about: ["kernels": "avx2"])] {
      XCTAssertTrue(try trace.chromeJSON().starts(with: Trace.beginning.utf8))
    }
  }

  func testSpansNestAndKeepTheirLanes() throws {
    let trace: Trace? = Trace()
    let result = trace.recording {
      trace.span("outer") {
        trace.span("inner", in: .prefetcher) { _ = usleep(2000) }
        return 7
      }
    }
    XCTAssertEqual(result, 7)
    let (lanes, spans) = try events(XCTUnwrap(trace))
    XCTAssertEqual(spans.map(\.name), ["inner", "outer"])
    XCTAssertEqual(spans.map { lanes[$0.tid] }, ["prefetcher", "main"])
    let (inner, outer) = (spans[0], spans[1])
    XCTAssertGreaterThanOrEqual(try XCTUnwrap(inner.dur), 2000)
    XCTAssertLessThanOrEqual(outer.ts!, inner.ts!)
    XCTAssertGreaterThanOrEqual(outer.ts! + outer.dur!, inner.ts! + inner.dur!)
  }

  func testOnlyWhatEndsWhileRecordingIsKept() throws {
    let trace: Trace? = Trace()
    trace.span("before") {}
    trace.recording { trace.span("during") {} }
    trace.span("after") {}
    XCTAssertEqual(try events(XCTUnwrap(trace)).spans.map(\.name), ["during"])
  }

  func testWorkersAreNamedAfterWhatTheMainLaneIsAt() throws {
    let trace: Trace? = Trace()
    let parallel = Parallel(threadCount: 3, trace: trace)
    trace.recording { trace.span("layer 1") { parallel.forEach(count: 8) { _ in usleep(100) } } }
    let (lanes, spans) = try events(XCTUnwrap(trace))
    // Helpers come where there are cores for them.
    let workers = Set(lanes.values).subtracting(["main"])
    XCTAssertTrue(
      workers.contains("worker 0") && workers.isSubset(of: ["worker 0", "worker 1", "worker 2"]), "\(workers)")
    XCTAssertEqual(Set(spans.map(\.name)), ["layer 1"])
    XCTAssertEqual(spans.count, lanes.count)
  }

  func testErrorsPassThroughAndEndTheirSpan() throws {
    struct Stop: Error {}
    let trace: Trace? = Trace()
    XCTAssertThrowsError(try trace.recording { try trace.span("fails") { throw Stop() } })
    XCTAssertEqual(try events(XCTUnwrap(trace)).spans.map(\.name), ["fails"])
  }

  func testWithoutATraceTheWorkIsDoneAllTheSame() {
    let none: Trace? = nil
    XCTAssertEqual(none.recording { none.span("x") { 3 } }, 3)
  }
}
