%% PEER: a room of the Cowboy server: one process that knows its members and tells each what any of them says.
%% It stays when the last has left: rooms are few, and their names come again.
-module(room).
-behaviour(gen_server).
-export([find/1, join/1, leave/1, relay/2]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

find(Name) ->
    case ets:lookup(rooms, Name) of
        [{_, Room}] -> Room;
        [] -> start(Name)
    end.

start(Name) ->
    {ok, Room} = gen_server:start(?MODULE, [], []),
    case ets:insert_new(rooms, {Name, Room}) of
        true -> Room;
        false ->
            %% Somebody else was quicker.
            gen_server:stop(Room),
            find(Name)
    end.

join(Room) -> gen_server:call(Room, join).
leave(Room) -> gen_server:call(Room, leave).
relay(Room, Value) -> gen_server:cast(Room, {relay, Value}).

init([]) -> {ok, #{}}.

handle_call(join, {Member, _}, Members) ->
    {reply, ok, Members#{Member => monitor(process, Member)}};
handle_call(leave, {Member, _}, Members) ->
    {reply, ok, forget(Member, Members)}.

handle_cast({relay, Value}, Members) ->
    Relayed = {relayed, Value},
    maps:foreach(fun(Member, _) -> Member ! Relayed end, Members),
    {noreply, Members}.

handle_info({'DOWN', _, process, Member, _}, Members) ->
    {noreply, forget(Member, Members)}.

forget(Member, Members) ->
    case maps:take(Member, Members) of
        {Monitor, Others} ->
            demonitor(Monitor, [flush]),
            Others;
        error -> Members
    end.
