/// Member names that were met in this document, so that each is made once: lists repeat the same few hundred names.
///
/// A slot remembers one name by where it is in the document; another name with the same slot replaces it. What is not
/// found is made anew, so a document chosen to collide costs time per name but nothing else.
struct JSONNameCache: ~Copyable {
    private struct Slot {
        var start: Int
        var count: Int
        var name: String
    }

    private let mask: UInt64
    private let slots: UnsafeMutablePointer<Slot>

    /// A cache for a document of that many bytes: 32 slots for small ones up to 1024.
    init(inputSize: Int) {
        var size = 32
        while size < 1024, size * 256 < inputSize { size *= 2 }
        mask = UInt64(size - 1)
        slots = .allocate(capacity: size)
        slots.initialize(repeating: Slot(start: 0, count: -1, name: ""), count: size)
    }

    deinit {
        slots.deinitialize(count: Int(mask) + 1)
        slots.deallocate()
    }

    /// A hash of the bytes: their number, their first eight and their last eight.
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>?, count: Int) -> UInt64 {
        guard let bytes else { return 0 }
        var mixed = UInt64(truncatingIfNeeded: count)
        if count >= 8 {
            let raw = UnsafeRawPointer(bytes)
            mixed ^= raw.loadUnaligned(as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        } else {
            var word: UInt64 = 0
            for place in 0..<count { word = word << 8 | UInt64(bytes[place]) }
            mixed ^= word << 8
        }
        mixed = mixed &* 0xD6E8_FEB8_6659_FD93
        return mixed ^ (mixed >> 32)
    }

    /// The name of these bytes of the document when its slot still has it.
    @inline(__always)
    func find(_ document: UnsafePointer<UInt8>, start: Int, count: Int, hash: UInt64) -> String? {
        let slot = slots + Int(truncatingIfNeeded: (hash >> 6) & mask)
        guard slot.pointee.count == count else { return nil }
        let known = UnsafeRawPointer(document + slot.pointee.start)
        let asked = UnsafeRawPointer(document + start)
        var place = 0
        while place + 8 <= count {
            let difference =
                known.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                ^ asked.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard difference == 0 else { return nil }
            place += 8
        }
        while place < count {
            guard known.load(fromByteOffset: place, as: UInt8.self) == asked.load(fromByteOffset: place, as: UInt8.self)
            else { return nil }
            place += 1
        }
        return slot.pointee.name
    }

    /// Remembers a name.
    func store(_ name: String, start: Int, count: Int, hash: UInt64) {
        slots[Int(truncatingIfNeeded: (hash >> 6) & mask)] = Slot(start: start, count: count, name: name)
    }
}
