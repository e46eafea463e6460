import Commands

await WeirCommand.main()
