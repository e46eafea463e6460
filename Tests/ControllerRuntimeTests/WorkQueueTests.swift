import ControllerRuntime
import KubernetesModel
import Testing

@Suite("Work queue") struct WorkQueueTests {
    let start = Timestamp(seconds: 100)

    @Test("gives keys in order of their time, then of their arrival, and not before") func order() {
        var queue = WorkQueue<String>()
        queue.add("late", at: start.advanced(by: .seconds(5)))
        queue.add("b", at: start)
        queue.add("a", at: start)
        let seen1 = queue.takeReady(now: start, limit: 9)
        #expect(seen1 == ["b", "a"])
        let seen2 = queue.nextDue()
        #expect(seen2 == start.advanced(by: .seconds(5)))
    }

    @Test("holds a key once, at the earliest time asked for") func once() {
        var queue = WorkQueue<String>()
        queue.add("a", at: start.advanced(by: .seconds(5)))
        queue.add("a", at: start)
        queue.add("a", at: start.advanced(by: .seconds(9)))
        #expect(queue.count == 1)
        let seen3 = queue.takeReady(now: start, limit: 9)
        #expect(seen3 == ["a"])
        queue.finish("a")
        let seen4 = queue.nextDue()
        #expect(seen4 == nil)
    }

    @Test("never gives a key that is being worked on; what came meanwhile follows") func exclusive() {
        var queue = WorkQueue<String>()
        queue.add("a", at: start)
        let seen5 = queue.takeReady(now: start, limit: 9)
        #expect(seen5 == ["a"])
        queue.add("a", at: start)
        let seen6 = queue.takeReady(now: start, limit: 9)
        #expect(seen6.isEmpty)
        let seen7 = queue.nextDue()
        #expect(seen7 == nil)
        queue.finish("a")
        let seen8 = queue.takeReady(now: start, limit: 9)
        #expect(seen8 == ["a"])
    }

    @Test("gives no more than the limit") func limit() {
        var queue = WorkQueue<Int>()
        for key in 0..<10 { queue.add(key, at: start) }
        let seen9 = queue.takeReady(now: start, limit: 3)
        #expect(seen9 == [0, 1, 2])
        #expect(queue.workingCount == 3)
    }
}
