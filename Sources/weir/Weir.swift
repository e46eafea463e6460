import Commands

/// The program: everything is in `Commands`.
@main struct Weir {
    static func main() async {
        await Invocation.process.run()
    }
}
