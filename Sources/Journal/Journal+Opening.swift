package import Logging

extension Journal {
    /// Opens a folder: what it keeps is read back, or `makeNew` is kept as its first snapshot.
    ///
    /// - Parameters:
    ///   - path: of the folder, made where it does not exist.
    ///   - read: takes every kept record in order, those of the snapshot first.
    ///   - handlers: made once everything is read; `wasEmpty` says that nothing was there to read, and that the
    ///     handlers' snapshot is to be the first one.
    /// - Throws: `JournalFailure` when another process uses the folder, or what it keeps is damaged.
    package static func open(
        _ path: String, settings: JournalSettings = JournalSettings(), logger: Logger,
        read: (ArraySlice<UInt8>) throws -> Void, handlers: (_ wasEmpty: Bool) throws -> Handlers
    ) throws -> Journal {
        let folder = try JournalFolder(path)
        if let end = try folder.recover(logger: logger, read) {
            let file = try folder.openJournal(end.journal)
            return Journal(
                folder, end: end, file: file, snapshotBytes: 0, settings: settings, handlers: try handlers(false),
                logger: logger)
        }
        let made = try folder.makeJournal(1)
        let handlers = try handlers(true)
        let count = try JournalFolder.writeSnapshot(1, in: path, handlers.snapshot())
        return Journal(
            folder, end: made.end, file: made.file, snapshotBytes: count, settings: settings, handlers: handlers,
            logger: logger)
    }
}
