import Logging
import NIOPosix
import Synchronization

/// Keeps records in a folder: what is appended together becomes safe together, with one wait for the disk.
///
/// Records go to a journal. When it has grown, a snapshot replaces it, written beside the work by a second thread.
package final class Journal<Record: Sendable>: Sendable {
    /// What is kept and who is told.
    package struct Handlers: Sendable {
        /// A record as bytes; runs on the journal's thread.
        package var encode: @Sendable (Record) -> [UInt8]
        /// The record and all before it are on the disk.
        package var onSafe: @Sendable (Record) -> Void
        /// Nothing can be kept any more.
        package var onFailure: @Sendable (JournalFailure) -> Void
        /// The state with at least all records up to the last safe one, as records of a snapshot. The outer call takes
        /// the state, the inner one hands out its records and may take its time.
        package var snapshot: @Sendable () -> SnapshotContent

        package init(
            encode: @escaping @Sendable (Record) -> [UInt8], onSafe: @escaping @Sendable (Record) -> Void,
            onFailure: @escaping @Sendable (JournalFailure) -> Void,
            snapshot: @escaping @Sendable () -> SnapshotContent
        ) {
            self.encode = encode
            self.onSafe = onSafe
            self.onFailure = onFailure
            self.snapshot = snapshot
        }
    }

    /// Hands out the records of a snapshot.
    package typealias SnapshotContent = @Sendable (([UInt8]) throws -> Void) throws -> Void

    private struct Shared {
        var pending: [Record] = []
        var isFlushing = false
        var isFailed = false
        var isClosed = false
        /// What the threads have been given and have not finished.
        var jobs = 0
        /// Who waits for that to be nothing.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// What the journal's thread works with.
    private struct Writing {
        /// Holds the lock of the folder; `nil` once closed.
        var folder: JournalFolder?
        var file: JournalFile?
        var end: JournalFolder.End
        var snapshotBytes: Int
        var isSnapshotRunning = false
    }

    private let shared = Mutex(Shared())
    private let writing: Mutex<Writing>
    private let handlers: Handlers
    private let settings: JournalSettings
    private let path: String
    private let logger: Logger
    private let threads = NIOThreadPool(numberOfThreads: 2)

    init(
        _ folder: JournalFolder, end: JournalFolder.End, file: JournalFile, snapshotBytes: Int,
        settings: JournalSettings, handlers: Handlers, logger: Logger
    ) {
        path = folder.path
        writing = Mutex(Writing(folder: folder, file: file, end: end, snapshotBytes: snapshotBytes))
        self.settings = settings
        self.handlers = handlers
        self.logger = logger
        threads.start()
    }

    /// Takes a record; returns at once.
    package func append(_ record: Record) {
        let mustStart = shared.withLock { shared in
            guard !shared.isFailed, !shared.isClosed else { return false }
            shared.pending.append(record)
            guard !shared.isFlushing else { return false }
            shared.isFlushing = true
            shared.jobs += 1
            return true
        }
        if mustStart { start { $0.flush() } }
    }

    /// Keeps what has been appended, and lets the folder go. Nothing can be appended any more.
    package func close() async {
        shared.withLock { $0.isClosed = true }
        await finishJobs()
        do {
            try await threads.shutdownGracefully()
        } catch {
            logger.error("the journal's threads did not end", metadata: ["error": "\(error)"])
        }
        writing.withLock { writing in
            writing.file = nil
            writing.folder = nil
        }
    }

    /// Has a thread do a job that has been counted.
    private func start(_ job: @escaping @Sendable (Journal) -> Void) {
        threads.submit { _ in
            job(self)
            let waiting = self.shared.withLock { shared in
                shared.jobs -= 1
                guard shared.jobs == 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { shared.waiting = [] }
                return shared.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// Waits for every job. The end of the thread pool does not: it gives what still waits for a thread to another one
    /// and says that it is done, possibly before that has run.
    private func finishJobs() async {
        await withCheckedContinuation { continuation in
            let isIdle = shared.withLock { shared in
                if shared.jobs > 0 { shared.waiting.append(continuation) }
                return shared.jobs == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    private func flush() {
        while let records = takePending() {
            do {
                try write(records)
            } catch {
                fail(error)
                return
            }
            compactWhenGrown()
        }
    }

    private func takePending() -> [Record]? {
        shared.withLock { shared in
            guard !shared.pending.isEmpty, !shared.isFailed else {
                shared.isFlushing = false
                return nil
            }
            defer { shared.pending = [] }
            return shared.pending
        }
    }

    /// Writes the records in frames; the next is begun when the one before is on the disk.
    private func write(_ records: [Record]) throws {
        var encoded: [[UInt8]] = []
        var count = 0
        for (index, record) in records.enumerated() {
            let bytes = handlers.encode(record)
            encoded.append(bytes)
            count += bytes.count
            guard count >= settings.frameBytes || index == records.count - 1 else { continue }
            try writeFrame(encoded)
            handlers.onSafe(record)
            encoded = []
            count = 0
        }
    }

    private func writeFrame(_ records: [[UInt8]]) throws {
        try writing.withLock { writing in
            let end = writing.end
            let frame = JournalFrame.encoded(records, number: end.frame + 1, salt: end.salt)
            guard let file = writing.file else {
                throw JournalFailure(path: path, problem: "the journal is closed", remedy: "Open it again")
            }
            try file.append(frame)
            try file.sync()
            writing.end.frame += 1
            writing.end.count += frame.count
        }
    }

    private func fail(_ error: any Error) {
        let failure =
            error as? JournalFailure
            ?? JournalFailure(path: path, problem: "\(error)", remedy: "Look at the folder and start again")
        shared.withLock { shared in
            shared.isFailed = true
            shared.pending = []
            shared.isFlushing = false
        }
        handlers.onFailure(failure)
    }
}

extension Journal {
    /// Begins the next journal and has a snapshot written that replaces the ones before.
    private func compactWhenGrown() {
        do {
            let number: Int? = try writing.withLock { writing in
                let limit = max(settings.journalBytesMin, 2 * writing.snapshotBytes)
                guard writing.end.count > limit, !writing.isSnapshotRunning else { return nil }
                let next = writing.end.journal + 1
                guard let made = try writing.folder?.makeJournal(next) else { return nil }
                writing.end = made.end
                writing.file = made.file
                writing.isSnapshotRunning = true
                return next
            }
            guard let number else { return }
            let content = handlers.snapshot()
            shared.withLock { $0.jobs += 1 }
            start { $0.writeSnapshot(number, content) }
        } catch {
            fail(error)
        }
    }

    private func writeSnapshot(_ number: Int, _ content: SnapshotContent) {
        do {
            let count = try JournalFolder.writeSnapshot(number, in: path, content)
            writing.withLock { writing in
                writing.snapshotBytes = count
                writing.isSnapshotRunning = false
            }
            logger.debug(
                "snapshot written", metadata: ["folder": "\(path)", "number": "\(number)", "bytes": "\(count)"])
        } catch {
            fail(error)
        }
    }
}

/// How a journal is kept.
package struct JournalSettings: Sendable {
    /// A frame is written when its records come to this many bytes.
    package var frameBytes = 4 << 20
    /// A journal smaller than this is not replaced by a snapshot, in bytes.
    package var journalBytesMin = 16 << 20

    package init() {}
}
