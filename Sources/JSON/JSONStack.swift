/// A stack of elements whose upper part can be taken off as an array of exactly the right size.
///
/// The parser keeps unfinished containers on two of these, so each container is allocated once.
struct JSONStack<Element>: ~Copyable {
    private(set) var count = 0
    private var capacity: Int
    private var storage: UnsafeMutablePointer<Element>

    /// An empty stack with room for some elements, at least 1.
    init(capacity: Int) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    /// The element that was pushed last. The stack must not be empty.
    var last: Element {
        get { storage[count - 1] }
        _modify { yield &storage[count - 1] }
    }

    /// An element by its place from the bottom, less than `count`.
    subscript(position: Int) -> Element { storage[position] }

    /// Puts an element on top.
    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (storage + count).initialize(to: element)
        count += 1
    }

    /// Takes the top element off. The stack must not be empty.
    mutating func pop() -> Element {
        count -= 1
        return (storage + count).move()
    }

    /// Takes everything above the first `start` elements off, in the order in which it was pushed.
    @inline(__always)
    mutating func popAll(from start: Int) -> [Element] {
        // Reserving and appending is what the compiler specialises best: an array made with
        // `unsafeUninitializedCapacity` looks its type up in the runtime each time (measured: 9 % of all decoding).
        var taken: [Element] = []
        taken.reserveCapacity(count - start)
        for place in start..<count { taken.append((storage + place).move()) }
        count = start
        return taken
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: storage, count: count)
        storage.deallocate()
        storage = larger
        capacity *= 2
    }
}
