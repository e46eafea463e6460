import KubernetesModel
import Logging
import NIOPosix
import Synchronization
import Testing

@testable import Journal

/// A folder that is there for one test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/weir-journal-\(UInt64.random(in: .min ... .max))"
        try JournalFile.makeFolder(path)
    }

    deinit {
        do {
            for name in try names { try JournalFile.remove("\(path)/\(name)") }
            try JournalFile.removeFolder(path)
        } catch {
            Issue.record("\(error)")
        }
    }

    var names: [String] { get throws { try JournalFile.names(in: path).filter { !$0.hasPrefix(".") } } }

    func content(_ name: String) throws -> [UInt8] { try JournalFile.content(of: "\(path)/\(name)") }

    /// Puts other bytes in place of a file.
    func write(_ bytes: [UInt8], to name: String) throws {
        if try names.contains(name) { try JournalFile.remove("\(path)/\(name)") }
        try JournalFile.open("\(path)/\(name)", isNew: true).append(bytes)
    }
}

@Suite("A folder with a journal")
struct JournalFolderTests {
    private let folder: TestFolder
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { folder = try TestFolder() }

    /// Numbers in the order in which they were kept; a snapshot is all of them.
    private final class Numbers: Sendable {
        let all = Mutex<[Int]>([])
        let safe = Mutex<Int>(0)
        let failure = Mutex<JournalFailure?>(nil)
    }

    private func open(_ numbers: Numbers, journalBytesMin: Int = 1 << 20) throws -> Journal<Int> {
        var settings = JournalSettings()
        settings.journalBytesMin = journalBytesMin
        return try Journal.open(folder.path, settings: settings, logger: logger) { record in
            let text = String(decoding: record, as: UTF8.self)
            guard let number = Int(text) else { return }
            // A snapshot may hold what the journal after it holds too.
            numbers.all.withLock { if number > $0.last ?? 0 { $0.append(number) } }
        } handlers: { _ in
            Journal.Handlers(
                encode: { Array("\($0)".utf8) }, onSafe: { number in numbers.safe.withLock { $0 = number } },
                onFailure: { failure in numbers.failure.withLock { $0 = failure } },
                snapshot: {
                    let all = numbers.all.withLock { $0 }
                    return { emit in
                        try emit(Array("snapshot".utf8))
                        for number in all { try emit(Array("\(number)".utf8)) }
                    }
                })
        }
    }

    private func append(_ range: ClosedRange<Int>, to journal: Journal<Int>, _ numbers: Numbers) {
        for number in range {
            numbers.all.withLock { $0.append(number) }
            journal.append(number)
        }
    }

    private func kept() async throws -> [Int] {
        let numbers = Numbers()
        let journal = try open(numbers)
        await journal.close()
        return numbers.all.withLock { $0 }
    }

    @Test func `what was appended is there again, in order`() async throws {
        let numbers = Numbers()
        let journal = try open(numbers)
        append(1...500, to: journal, numbers)
        await journal.close()
        #expect(numbers.safe.withLock { $0 } == 500)
        #expect(try await kept() == Array(1...500))
        #expect(try await kept() == Array(1...500))
    }

    @Test func `closed at once it has kept what was appended`() async throws {
        for round in 1...300 {
            let numbers = Numbers()
            let journal = try open(numbers)
            append(round...round, to: journal, numbers)
            await journal.close()
            #expect(numbers.safe.withLock { $0 } == round)
        }
        #expect(try await kept() == Array(1...300))
    }

    @Test func `a journal that has grown becomes a snapshot, and nothing is lost by it`() async throws {
        let numbers = Numbers()
        let journal = try open(numbers, journalBytesMin: 200)
        for start in stride(from: 1, to: 2_000, by: 10) {
            append(start...start + 9, to: journal, numbers)
            while numbers.safe.withLock({ $0 }) < start + 9 { await Task.yield() }
        }
        await journal.close()
        #expect(try await kept() == Array(1...2_000))
        let names = try folder.names
        #expect(names.contains { $0.hasPrefix("snapshot-") && $0 != "snapshot-00000001" })
        #expect(names.count { $0.hasPrefix("snapshot-") } == 1)
    }

    @Test func `cut off at any byte it holds what was whole before`() async throws {
        let numbers = Numbers()
        let journal = try open(numbers)
        var ends = [try folder.content("journal-00000001").count: 0]
        for number in 1...12 {
            append(number...number, to: journal, numbers)
            while numbers.safe.withLock({ $0 }) < number { await Task.yield() }
            ends[try folder.content("journal-00000001").count] = number
        }
        await journal.close()
        let whole = try folder.content("journal-00000001")
        for count in 0..<whole.count {
            try folder.write(Array(whole[..<count]), to: "journal-00000001")
            let expected = ends.filter { $0.key <= count }.map(\.value).max() ?? 0
            #expect(try await kept() == Array(1...12).prefix(expected).map { $0 }, "cut at byte \(count)")
            // What is appended after the cut is read after it.
            guard count % 7 == 0 else { continue }
            let again = Numbers()
            let journal = try open(again)
            append(100...101, to: journal, again)
            await journal.close()
            #expect(try await kept() == Array(1...12).prefix(expected) + [100, 101], "cut at byte \(count)")
        }
    }

    @Test func `damage before the end is refused with the file and the place`() async throws {
        let numbers = Numbers()
        let journal = try open(numbers)
        for number in 1...3 {
            append(number...number, to: journal, numbers)
            while numbers.safe.withLock({ $0 }) < number { await Task.yield() }
        }
        await journal.close()
        var bytes = try folder.content("journal-00000001")
        let second = try #require(JournalFrame.read(bytes, at: 20, number: 1, salt: JournalFrame.salt(of: bytes) ?? 0))
        bytes[second.end + 22] ^= 1
        try folder.write(bytes, to: "journal-00000001")
        let failure = await #expect(throws: JournalFailure.self) { try await kept() }
        #expect(failure?.path == "\(folder.path)/journal-00000001")
        #expect(failure?.offset == second.end)
        #expect(try folder.content("journal-00000001") == bytes)
    }

    @Test func `a damaged snapshot is refused with the file and the place`() async throws {
        let numbers = Numbers()
        await (try open(numbers)).close()
        var bytes = try folder.content("snapshot-00000001")
        bytes.removeLast()
        try folder.write(bytes, to: "snapshot-00000001")
        let failure = await #expect(throws: JournalFailure.self) { try await kept() }
        #expect(failure?.path == "\(folder.path)/snapshot-00000001")
        #expect(failure?.offset == 20)
    }

    @Test func `two processes cannot use one folder`() async throws {
        let first = try open(Numbers())
        let failure = #expect(throws: JournalFailure.self) { try open(Numbers()) }
        #expect(failure?.problem == "another process uses this folder")
        await first.close()
        await (try open(Numbers())).close()
    }

    @Test func `a snapshot that was not finished and a first journal without one are nothing`() async throws {
        try folder.write(Array("half".utf8), to: "snapshot-00000001.partial")
        try folder.write(JournalFrame.fileHeader(salt: 1), to: "journal-00000001")
        #expect(try await kept() == [])
        #expect(try folder.names == ["journal-00000001", "lock", "snapshot-00000001"])
    }

    @Test func `a journal whose snapshot is missing is refused`() async throws {
        let numbers = Numbers()
        let journal = try open(numbers)
        append(1...3, to: journal, numbers)
        await journal.close()
        try JournalFile.remove("\(folder.path)/snapshot-00000001")
        await #expect(throws: JournalFailure.self) { try await kept() }
    }
}
