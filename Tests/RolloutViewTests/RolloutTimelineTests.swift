import RolloutView
import Testing

@Suite("The timeline of an update") struct RolloutTimelineTests {
    @Test("time in which requests fail counts by how many do") func failing() {
        #expect(Fixtures.timeline.failingTime == .milliseconds(300))
    }

    @Test("each moment lasts until the next, the last one until the end") func spans() {
        #expect(Fixtures.timeline.spans.map(\.duration) == [.seconds(20), .seconds(3), .seconds(67)])
    }

    @Test("a moment after the end lasts no time") func late() {
        var timeline = Fixtures.timeline
        timeline.length = .seconds(10)
        #expect(timeline.spans.map(\.duration) == [.seconds(20), .seconds(3), .zero])
    }
}
